//! The key's place: this page's memory, and, where the person wants it kept, ciphertext in IndexedDB under a
//! `CryptoKey` that JavaScript can use and not read. That one is either drawn by the browser and kept
//! beside the ciphertext, or made from a passphrase and kept nowhere.
//!
//! What the first stops: exports, screenshots, scripts that copy storage, other programs that search files for keys. What
//! it does not stop: whoever runs code in this very page, or has the whole browser profile. The passphrase also stops who
//! has the profile, as long as it is hard to guess.
//!
//! A key belongs to one connection. Under another address it is not there, so that it can never go to a server that the
//! person did not mean.

use std::cell::RefCell;
use std::rc::Rc;

use flux_studio_core::secret::Secret;
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

use super::db::Failure;
use super::db::indexed::Indexed;
use super::hash::subtle;

/// Version of the stored form; part of what is authenticated.
const FORM: &str = "flux-studio vault 1";
/// The stored form of a key under a passphrase.
const FORM_PASSPHRASE: &str = "flux-studio vault passphrase 1";
/// Bytes of an AES-GCM nonce.
const NONCE: usize = 12;
/// Bytes of the salt of a passphrase.
const SALT: usize = 16;
/// Rounds of PBKDF2 with SHA-256 (after OWASP). A stored row that asks for fewer is not opened: somebody
/// lowered it. One that asks for ten times as many would keep a slow phone busy for a minute, and is nobody's either.
const ROUNDS: u32 = 600_000;
/// Fewest characters of a passphrase. Guessing goes on outside the page, where no page slows it down.
pub const PASSPHRASE_MIN: usize = 8;

/// The key's keeper.
#[derive(Default)]
pub struct Vault {
    held: RefCell<Option<Held>>,
}

/// What the database had of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The key, which is in memory now.
    Key,
    /// A key under a passphrase that was not given, or not this one.
    Locked,
    /// No key for this connection that could be opened.
    Nothing,
}

struct Held {
    secret: Rc<Secret>,
    binding: String,
}

impl Vault {
    /// The key for a connection (its [`flux_studio_core::address::Connection::binding`]); `None` where there is none, or
    /// where it belongs to another one.
    #[must_use]
    pub fn key(&self, binding: &str) -> Option<Rc<Secret>> {
        self.held.borrow().as_ref().filter(|held| held.binding == binding).map(|held| Rc::clone(&held.secret))
    }

    /// Takes a key into this page's memory, in the place of any other.
    pub fn hold(&self, secret: Secret, binding: &str) {
        *self.held.borrow_mut() = Some(Held { secret: Rc::new(secret), binding: binding.to_owned() });
    }

    /// Forgets the key in this page's memory, which is overwritten.
    pub fn forget(&self) {
        *self.held.borrow_mut() = None;
    }

    /// Reads the kept key of this connection into memory, where there is one.
    pub async fn load(&self, database: &Indexed, binding: &str, passphrase: Option<&str>) -> Kept {
        let Ok(Some(row)) = database.vault().await else { return Kept::Nothing };
        let Some(sealed) = Sealed::read(&row, binding) else { return Kept::Nothing };
        if sealed.rounds.is_some() && passphrase.is_none() {
            return Kept::Locked;
        }
        match open(&sealed, binding, passphrase.unwrap_or_default()).await {
            Some(secret) => {
                self.hold(secret, binding);
                Kept::Key
            }
            None if sealed.rounds.is_some() => Kept::Locked,
            None => Kept::Nothing,
        }
    }

    /// Keeps the key that is in memory, under a passphrase where one is given.
    ///
    /// # Errors
    /// When it cannot be encrypted or written; it stays in memory.
    pub async fn keep(&self, database: &Indexed, passphrase: Option<&str>) -> Result<(), Failure> {
        let held = self.held.borrow().as_ref().map(|held| (Rc::clone(&held.secret), held.binding.clone()));
        let Some((secret, binding)) = held else { return Ok(()) };
        let row = seal(&secret, &binding, passphrase).await.map_err(|error| super::db::failure(&error))?;
        database.set_vault(Some(&row)).await
    }
}

/// Whether this page can keep a key: WebCrypto needs https, or this machine.
#[must_use]
pub fn can_keep() -> bool {
    subtle().is_some()
}

async fn seal(secret: &Secret, binding: &str, passphrase: Option<&str>) -> Result<JsValue, JsValue> {
    let subtle = subtle().ok_or("no WebCrypto")?;
    let row = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&row, &name.into(), value);
    let (form, key) = match passphrase {
        Some(passphrase) => {
            let salt = random(&mut [0; SALT])?;
            set("salt", &salt)?;
            set("rounds", &ROUNDS.into())?;
            (FORM_PASSPHRASE, derive(passphrase, &salt, ROUNDS).await?)
        }
        None => {
            let generated =
                subtle.generate_key_with_object(&named("AES-GCM", &[("length", 256.into())])?, false, &usages())?;
            let key: CryptoKey = JsFuture::from(generated).await?.dyn_into()?;
            set("key", &key)?;
            (FORM, key)
        }
    };
    let nonce = random(&mut [0; NONCE])?;
    let plain = Uint8Array::from(secret.expose().as_bytes());
    let parameters = parameters(form, &nonce, binding)?;
    let cipher = JsFuture::from(subtle.encrypt_with_object_and_js_u8_array(&parameters, &key, &plain)?).await?;
    plain.fill(0, 0, plain.length());
    set("form", &form.into())?;
    set("binding", &binding.into())?;
    set("nonce", &nonce)?;
    set("data", &cipher)?;
    Ok(row.into())
}

/// A row of the database that has the right form and belongs to the connection.
struct Sealed {
    nonce: Uint8Array,
    data: Uint8Array,
    /// What the browser drew; `None` under a passphrase.
    key: Option<CryptoKey>,
    salt: Option<Uint8Array>,
    /// Rounds of the passphrase; `None` without one.
    rounds: Option<u32>,
}

impl Sealed {
    fn read(row: &JsValue, binding: &str) -> Option<Sealed> {
        let field = |name: &str| Reflect::get(row, &name.into()).ok();
        if field("binding")?.as_string()? != binding {
            return None;
        }
        let nonce = field("nonce")?.dyn_into().ok()?;
        let data: ArrayBuffer = field("data")?.dyn_into().ok()?;
        let data = Uint8Array::new(&data);
        let form = field("form")?.as_string()?;
        if form == FORM {
            return Some(Sealed { nonce, data, key: Some(field("key")?.dyn_into().ok()?), salt: None, rounds: None });
        }
        let salt: Uint8Array = field("salt")?.dyn_into().ok()?;
        let rounds = field("rounds")?.as_f64()?;
        let believed = f64::from(ROUNDS)..=f64::from(ROUNDS * 10);
        let right = form == FORM_PASSPHRASE && salt.length() as usize >= SALT && believed.contains(&rounds);
        right.then_some(Sealed { nonce, data, key: None, salt: Some(salt), rounds: Some(rounds as u32) })
    }
}

async fn open(sealed: &Sealed, binding: &str, passphrase: &str) -> Option<Secret> {
    let (form, key) = match (&sealed.key, &sealed.salt) {
        (Some(key), _) => (FORM, key.clone()),
        (None, Some(salt)) => (FORM_PASSPHRASE, derive(passphrase, salt, sealed.rounds?).await.ok()?),
        (None, None) => return None,
    };
    let parameters = parameters(form, &sealed.nonce, binding).ok()?;
    let opening = subtle()?.decrypt_with_object_and_js_u8_array(&parameters, &key, &sealed.data).ok()?;
    let plain = Uint8Array::new(&JsFuture::from(opening).await.ok()?);
    let secret = String::from_utf8(plain.to_vec()).ok().and_then(|text| Secret::parse(&text).ok());
    plain.fill(0, 0, plain.length());
    secret
}

/// The key that a passphrase makes.
async fn derive(passphrase: &str, salt: &Uint8Array, rounds: u32) -> Result<CryptoKey, JsValue> {
    let subtle = subtle().ok_or("no WebCrypto")?;
    let typed = Uint8Array::from(passphrase.as_bytes());
    let base = subtle.import_key_with_str("raw", &typed, "PBKDF2", false, &Array::of1(&"deriveKey".into()))?;
    let base: CryptoKey = JsFuture::from(base).await?.dyn_into()?;
    typed.fill(0, 0, typed.length());
    let how = named("PBKDF2", &[("hash", "SHA-256".into()), ("salt", salt.into()), ("iterations", rounds.into())])?;
    let what = named("AES-GCM", &[("length", 256.into())])?;
    JsFuture::from(subtle.derive_key_with_object_and_object(&how, &base, &what, false, &usages())?).await?.dyn_into()
}

fn random(bytes: &mut [u8]) -> Result<Uint8Array, JsValue> {
    web_sys::window().ok_or("no window")?.crypto()?.get_random_values_with_u8_array(bytes)?;
    Ok(Uint8Array::from(&*bytes))
}

fn usages() -> Array {
    Array::of2(&"encrypt".into(), &"decrypt".into())
}

/// An algorithm with its parameters.
fn named(name: &str, fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    Reflect::set(&object, &"name".into(), &name.into())?;
    for (field, value) in fields {
        Reflect::set(&object, &(*field).into(), value)?;
    }
    Ok(object)
}

/// The ciphertext opens only on this origin, in this form, for this connection.
fn parameters(form: &str, nonce: &Uint8Array, binding: &str) -> Result<Object, JsValue> {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let bound = format!("{form}\n{origin}\n{binding}");
    named("AES-GCM", &[("iv", nonce.into()), ("additionalData", Uint8Array::from(bound.as_bytes()).into())])
}
