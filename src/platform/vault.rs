//! The key's place: this page's memory, and, where the person wants it kept, ciphertext in IndexedDB under a
//! `CryptoKey` that JavaScript can use and not read (FAULTS 2.2).
//!
//! What that stops: exports, screenshots, scripts that copy storage, other programs that search files for keys. What it
//! does not stop: whoever runs code in this very page, or has the whole browser profile.
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
/// Bytes of an AES-GCM nonce.
const NONCE: usize = 12;

/// The key's keeper.
#[derive(Default)]
pub struct Vault {
    held: RefCell<Option<Held>>,
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

    /// Reads the kept key of this connection into memory, where there is one; says whether there was.
    pub async fn load(&self, database: &Indexed, binding: &str) -> bool {
        let Ok(Some(row)) = database.vault().await else { return false };
        match open(&row, binding).await {
            Some(secret) => {
                self.hold(secret, binding);
                true
            }
            None => false,
        }
    }

    /// Keeps the key that is in memory.
    ///
    /// # Errors
    /// When it cannot be encrypted or written; it stays in memory.
    pub async fn keep(&self, database: &Indexed) -> Result<(), Failure> {
        let held = self.held.borrow().as_ref().map(|held| (Rc::clone(&held.secret), held.binding.clone()));
        let Some((secret, binding)) = held else { return Ok(()) };
        let row = seal(&secret, &binding).await.map_err(|error| super::db::failure(&error))?;
        database.set_vault(Some(&row)).await
    }
}

/// Whether this page can keep a key: WebCrypto needs https, or this machine.
#[must_use]
pub fn can_keep() -> bool {
    subtle().is_some()
}

async fn seal(secret: &Secret, binding: &str) -> Result<JsValue, JsValue> {
    let subtle = subtle().ok_or("no WebCrypto")?;
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"AES-GCM".into())?;
    Reflect::set(&algorithm, &"length".into(), &256.into())?;
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    let key: CryptoKey =
        JsFuture::from(subtle.generate_key_with_object(&algorithm, false, &usages)?).await?.dyn_into()?;
    let mut nonce = [0_u8; NONCE];
    web_sys::window().ok_or("no window")?.crypto()?.get_random_values_with_u8_array(&mut nonce)?;
    let nonce = Uint8Array::from(nonce.as_slice());
    let plain = Uint8Array::from(secret.expose().as_bytes());
    let cipher =
        JsFuture::from(subtle.encrypt_with_object_and_js_u8_array(&parameters(&nonce, binding)?, &key, &plain)?)
            .await?;
    plain.fill(0, 0, plain.length());
    let row = Object::new();
    Reflect::set(&row, &"form".into(), &FORM.into())?;
    Reflect::set(&row, &"binding".into(), &binding.into())?;
    Reflect::set(&row, &"key".into(), &key)?;
    Reflect::set(&row, &"nonce".into(), &nonce)?;
    Reflect::set(&row, &"data".into(), &cipher)?;
    Ok(row.into())
}

async fn open(row: &JsValue, binding: &str) -> Option<Secret> {
    let field = |name: &str| Reflect::get(row, &name.into()).ok();
    if field("form")?.as_string()? != FORM || field("binding")?.as_string()? != binding {
        return None;
    }
    let key = field("key")?.dyn_into::<CryptoKey>().ok()?;
    let nonce = field("nonce")?.dyn_into::<Uint8Array>().ok()?;
    let cipher: ArrayBuffer = field("data")?.dyn_into().ok()?;
    let cipher = Uint8Array::new(&cipher);
    let parameters = parameters(&nonce, binding).ok()?;
    let opening = subtle()?.decrypt_with_object_and_js_u8_array(&parameters, &key, &cipher).ok()?;
    let plain = Uint8Array::new(&JsFuture::from(opening).await.ok()?);
    let secret = String::from_utf8(plain.to_vec()).ok().and_then(|text| Secret::parse(&text).ok());
    plain.fill(0, 0, plain.length());
    secret
}

/// The ciphertext opens only on this origin, in this form, for this connection.
fn parameters(nonce: &Uint8Array, binding: &str) -> Result<Object, JsValue> {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let bound = format!("{FORM}\n{origin}\n{binding}");
    let parameters = Object::new();
    Reflect::set(&parameters, &"name".into(), &"AES-GCM".into())?;
    Reflect::set(&parameters, &"iv".into(), nonce)?;
    Reflect::set(&parameters, &"additionalData".into(), &Uint8Array::from(bound.as_bytes()))?;
    Ok(parameters)
}
