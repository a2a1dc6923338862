//! Addresses inside the page: everything after `#`, so that a static host needs no rewriting rule.

use crate::id::AttemptId;

/// A place in the studio.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Route {
    /// `#/`: composer and library.
    #[default]
    Studio,
    /// `#/image/<id>`: one image large.
    Image(AttemptId),
    /// `#/settings`.
    Settings,
}

impl Route {
    /// Reads `location.hash`. What is not understood is the studio: a stale link never shows an error page.
    #[must_use]
    pub fn parse(hash: &str) -> Route {
        let path = hash.strip_prefix('#').unwrap_or(hash);
        match path.strip_prefix('/').unwrap_or(path) {
            "settings" => Route::Settings,
            other => match other.strip_prefix("image/").and_then(AttemptId::parse) {
                Some(id) => Route::Image(id),
                None => Route::Studio,
            },
        }
    }

    /// The hash that leads here.
    #[must_use]
    pub fn hash(&self) -> String {
        match self {
            Route::Studio => "#/".to_owned(),
            Route::Image(id) => format!("#/image/{id}"),
            Route::Settings => "#/settings".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::IdSource;
    use crate::time::Wall;

    #[test]
    fn routes_round_trip_and_strangers_lead_home() {
        let id = IdSource::new(1).next(Wall(1));
        for route in [Route::Studio, Route::Settings, Route::Image(id)] {
            assert_eq!(Route::parse(&route.hash()), route);
        }
        for stale in ["", "#", "#/nowhere", "#/image/", "#/image/../../x", "#/settings?apiKey=x"] {
            assert_eq!(Route::parse(stale), Route::Studio, "{stale}");
        }
    }
}
