//! Finding by role and accessible name.

use serde_json::{Value, json};
use thirtyfour::WebElement;

use crate::browser::Browser;
use crate::wait::Seen;

const SCRIPT: &str = include_str!("find.js");

/// How an accessible name is compared. Blanks count once, and `×` counts as `x`.
#[derive(Clone, Copy, Debug)]
pub enum Name<'a> {
    /// The whole name.
    Is(&'a str),
    /// Its beginning.
    Begins(&'a str),
    /// A part.
    Holds(&'a str),
    /// Whatever it is.
    Any,
}

impl Name<'_> {
    fn arguments(self) -> (&'static str, String) {
        match self {
            Name::Is(text) => ("is", text.to_owned()),
            Name::Begins(text) => ("begins", text.to_owned()),
            Name::Holds(text) => ("holds", text.to_owned()),
            Name::Any => ("any", String::new()),
        }
    }
}

impl Browser {
    /// All elements of a role and name that can be perceived, in the order of the document. `field` stands for whatever
    /// can be typed into, `any` for every element.
    ///
    /// # Errors
    /// The session refused to look.
    pub async fn find_all(&self, role: &str, name: Name<'_>, within: Option<&WebElement>) -> Seen<Vec<WebElement>> {
        let scope = match within {
            Some(element) => element.to_json().map_err(|error| error.to_string())?,
            None => Value::Null,
        };
        let (how, wanted) = name.arguments();
        let arguments = vec![json!(role), json!(how), json!(wanted), scope];
        let found = self.web.execute(SCRIPT, arguments).await.map_err(|error| error.to_string())?;
        found.elements().map_err(|error| error.to_string())
    }

    /// The first of them.
    ///
    /// # Errors
    /// There is none.
    pub async fn find(&self, role: &str, name: Name<'_>, within: Option<&WebElement>) -> Seen<WebElement> {
        let found = self.find_all(role, name, within).await?;
        found.into_iter().next().ok_or_else(|| format!("there is no {role} {name:?}"))
    }

    /// The only one.
    ///
    /// # Errors
    /// There is none, or there are several.
    pub async fn find_only(&self, role: &str, name: Name<'_>, within: Option<&WebElement>) -> Seen<WebElement> {
        let mut found = self.find_all(role, name, within).await?;
        match (found.pop(), found.len()) {
            (Some(only), 0) => Ok(only),
            (None, _) => Err(format!("there is no {role} {name:?}")),
            (Some(_), more) => Err(format!("there are {} of {role} {name:?}, one is allowed", more + 1)),
        }
    }
}
