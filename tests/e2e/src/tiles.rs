//! The library: tiles with their statuses and actions, and one image large.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use thirtyfour::{Key, WebElement};

use crate::find::Name;
use crate::studio::{Studio, enabled};
use crate::touch::Spot;
use crate::wait::{SHORT, Seen, USUAL, check, eventually};

/// What a tile says at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tile {
    /// `data-status`.
    pub status: String,
    /// `data-job-id`, empty before acceptance.
    pub job: String,
    /// Its visible text.
    pub text: String,
    /// The `alt` of each picture in it.
    pub alts: Vec<String>,
    /// Whether each of them shows something.
    pub drawn: bool,
    /// Elements that it is made of, itself included.
    pub elements: usize,
}

const SNAPSHOT: &str = r#"
return [...document.querySelectorAll('[data-testid="image-tile"]')].filter((tile) => tile.checkVisibility()).map((tile) => {
  const pictures = [...tile.querySelectorAll("img")];
  return {
    status: tile.dataset.status ?? "(none)",
    job: tile.dataset.jobId ?? "(none)",
    text: tile.innerText,
    alts: pictures.map((picture) => picture.alt),
    drawn: pictures.every((picture) => picture.complete && picture.naturalWidth > 0),
    elements: 1 + tile.querySelectorAll("*").length,
  };
});"#;

const ELEMENT: &str = r#"
const tiles = [...document.querySelectorAll('[data-testid="image-tile"]')].filter((tile) => tile.checkVisibility());
return tiles[arguments[0]] ?? null;"#;

/// How many items assistive technologies are told of.
const LISTED: &str = r#"
const size = document.querySelector('[data-testid="image-tile"]')?.ariaSetSize;
return size ? Number(size) : null;"#;

/// Scrolls what scrolls around the tiles to a part of its height.
const SCROLL: &str = r#"
let box = document.querySelector('[data-testid="image-tile"]');
while (!(box.scrollHeight > box.clientHeight && getComputedStyle(box).overflowY === 'auto')) box = box.parentElement;
box.scrollTop = arguments[0] * (box.scrollHeight - box.clientHeight);"#;

impl Studio {
    /// The tiles on the screen, in their order.
    ///
    /// # Errors
    /// The session refused to look.
    pub async fn tiles(&self) -> Seen<Vec<Tile>> {
        let found = self.browser.web.execute(SNAPSHOT, vec![]).await.map_err(|error| error.to_string())?;
        found.convert().map_err(|error| error.to_string())
    }

    /// Waits until there are exactly so many tiles, all of this status.
    pub async fn wait_status(&self, count: usize, status: &str, patience: Duration) -> Vec<Tile> {
        self.wait_tiles(&format!("{count} tiles {status}"), patience, |tiles| {
            tiles.len() == count && tiles.iter().all(|tile| tile.status == status)
        })
        .await
    }

    /// Waits until so many pictures are kept, and nothing else is in the library.
    pub async fn wait_stored(&self, count: usize, patience: Duration) -> Vec<Tile> {
        self.wait_tiles(&format!("{count} pictures in the grid"), patience, |tiles| {
            let shown = |tile: &Tile| tile.status == "stored" && tile.alts.len() == 1 && tile.drawn;
            tiles.len() == count && tiles.iter().all(shown)
        })
        .await
    }

    /// Waits until the tiles are as they should be.
    pub async fn wait_tiles(&self, what: &str, patience: Duration, are: impl Fn(&[Tile]) -> bool) -> Vec<Tile> {
        eventually(what, patience, async || {
            let tiles = self.tiles().await?;
            check(are(&tiles), || format!("the tiles are {tiles:#?}")).map(|()| tiles)
        })
        .await
    }

    /// How many images are listed, far more of which may be there than tiles; none: there is no tile.
    pub async fn listed(&self) -> Option<usize> {
        self.ask(LISTED, vec![]).await
    }

    /// Waits until so many images are listed.
    pub async fn wait_listed(&self, images: usize) {
        eventually(&format!("{images} images in the list"), USUAL, async || {
            let listed = self.listed().await;
            check(listed == Some(images), || format!("it has {listed:?}"))
        })
        .await;
    }

    /// Scrolls the list to a part of its height.
    pub async fn scroll_to(&self, part: f64) {
        let () = self.ask(SCROLL, vec![part.into()]).await;
    }

    /// Presses a button of the toolbar for what is chosen.
    pub async fn press_for_chosen(&self, button: &str) {
        eventually(&format!("{button} for what is chosen"), SHORT, async || {
            let bar = self.browser.find("toolbar", Name::Is("Selection"), None).await?;
            let button = self.browser.find("button", Name::Is(button), Some(&bar)).await?;
            enabled(&button).await?;
            button.click().await.map_err(|error| error.to_string())
        })
        .await;
    }

    /// Points at a tile and presses one of its buttons.
    pub async fn act(&self, tile: usize, button: &str) {
        eventually(&format!("{button} on tile {tile}"), SHORT, async || {
            let button = self.action(tile, button).await?;
            enabled(&button).await?;
            button.click().await.map_err(|error| error.to_string())
        })
        .await;
    }

    /// Waits until a tile that is pointed at has a button.
    pub async fn wait_action(&self, tile: usize, button: &str) -> WebElement {
        eventually(&format!("{button} on tile {tile}"), SHORT, async || self.action(tile, button).await).await
    }

    /// A button of a tile, while the pointer is over it.
    ///
    /// # Errors
    /// The tile has no such button.
    pub async fn action(&self, tile: usize, button: &str) -> Seen<WebElement> {
        let element = self.tile_element(tile).await?;
        let over = self.browser.web.action_chain().move_to_element_center(&element).perform().await;
        over.map_err(|error| error.to_string())?;
        self.browser.find("button", Name::Is(button), Some(&element)).await
    }

    /// A tile as an element.
    ///
    /// # Errors
    /// There is none of this number.
    pub async fn tile_element(&self, tile: usize) -> Seen<WebElement> {
        let found = self.browser.web.execute(ELEMENT, vec![tile.into()]).await.map_err(|error| error.to_string())?;
        found.element().map_err(|_| format!("there is no tile {tile}"))
    }

    /// Opens a picture large by pressing it.
    pub async fn open_large(&self, tile: usize) -> Large<'_> {
        eventually("the dialog Image", SHORT, async || {
            // A press before may have opened it meanwhile; what lies under it cannot be pressed.
            if self.browser.find("dialog", Name::Is("Image"), None).await.is_ok() {
                return Ok(());
            }
            if let Ok(element) = self.tile_element(tile).await {
                let picture = element.find(thirtyfour::By::Tag("img")).await;
                picture.map_err(|error| error.to_string())?.click().await.map_err(|error| error.to_string())?;
            }
            self.browser.find("dialog", Name::Is("Image"), None).await.map(drop)
        })
        .await;
        Large(self)
    }

    /// The dialog "Image", which something has opened.
    pub async fn large(&self) -> Large<'_> {
        self.wait_for("dialog", Name::Is("Image"), SHORT).await;
        Large(self)
    }
}

/// One picture large.
pub struct Large<'a>(&'a Studio);

impl Large<'_> {
    /// Alt and size in pixels of the picture that it shows, once it shows one.
    pub async fn picture(&self) -> (String, (u32, u32)) {
        eventually("the large picture", SHORT, async || self.look().await).await
    }

    /// Waits until the picture is another one.
    pub async fn wait_other(&self, than: &str) -> (String, (u32, u32)) {
        eventually("another picture", SHORT, async || {
            let seen = self.look().await?;
            check(seen.0 != than, || format!("it is still {:?}", seen.0)).map(|()| seen)
        })
        .await
    }

    /// Its width on the screen, and which part of it is at a place of the window, from 0 to 1 across and down.
    pub async fn seen(&self, at: Spot) -> (f64, f64, f64) {
        const SCRIPT: &str = "const [x, y] = arguments[0];
            const { left, top, width, height } = document.querySelector('dialog .v-pic img').getBoundingClientRect();
            return [width, (x - left) / width, (y - top) / height];";
        self.0.ask(SCRIPT, vec![json!([at.0, at.1])]).await
    }

    /// The middle of the mat that it lies on.
    pub async fn middle(&self) -> Spot {
        const SCRIPT: &str = "const mat = document.querySelector('dialog .v-pic').getBoundingClientRect();
            return [mat.left + mat.width / 2, mat.top + mat.height / 2];";
        self.0.ask(SCRIPT, vec![]).await
    }

    /// Waits until it is so wide on the screen, in CSS pixels.
    pub async fn wait_width(&self, what: &str, width: f64) {
        eventually(what, SHORT, async || {
            let (now, ..) = self.seen((0.0, 0.0)).await;
            check((now - width).abs() < 0.5, || format!("it is {now} wide instead of {width}"))
        })
        .await;
    }

    /// What takes most of the dialog is the picture. It is there when it is no preview any more: the API makes none that is
    /// smaller than 1024 pixels on a side.
    async fn look(&self) -> Seen<(String, (u32, u32))> {
        const SCRIPT: &str = r#"
            const area = (picture) => picture.getBoundingClientRect().width * picture.getBoundingClientRect().height;
            const pictures = [...arguments[0].querySelectorAll("img")].sort((a, b) => area(b) - area(a));
            const [picture] = pictures;
            const whole = picture?.complete && Math.min(picture.naturalWidth, picture.naturalHeight) >= 1024;
            return whole ? [picture.alt, [picture.naturalWidth, picture.naturalHeight]] : null;"#;
        let dialog = self.0.browser.find("dialog", Name::Is("Image"), None).await?;
        let json = dialog.to_json().map_err(|error| error.to_string())?;
        let found = self.0.browser.web.execute(SCRIPT, vec![json]).await.map_err(|error| error.to_string())?;
        found.convert().map_err(|_| "there is no picture yet".to_owned())
    }

    /// Presses a button of the dialog.
    pub async fn press(&self, name: &str) -> &Self {
        self.0.press(Name::Is(name)).await;
        self
    }

    /// Closes it with Escape.
    pub async fn close(self) {
        self.0.key(Key::Escape).await;
        self.0.wait_gone("dialog", Name::Is("Image")).await;
    }
}
