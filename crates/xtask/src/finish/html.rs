//! The few changes that the build makes to index.html: leave out, replace or add elements without content.
//!
//! A tokenizer with positions is enough for that; the text between the changes stays byte for byte as it was written.

use std::convert::Infallible;
use std::ops::Range;

use anyhow::{Result, bail};
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, Span, StartTag, Token, Tokenizer};

/// A start tag in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The bytes of the tag in the page, brackets included.
    pub span: Range<usize>,
    inner: StartTag<usize>,
}

impl Tag {
    /// The element's name, in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        text(&self.inner.name)
    }

    /// The value of an attribute; empty for one that is written without a value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.inner.attributes.get(name.as_bytes()).map(|value| text(value))
    }

    /// Whether the attribute has exactly this value.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }
}

/// All start tags of the page in order, and the places of its comments.
///
/// # Errors
/// When the page is not well-formed.
pub fn scan(html: &str) -> Result<(Vec<Tag>, Vec<Range<usize>>)> {
    let (mut tags, mut comments) = (Vec::new(), Vec::new());
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let token: Result<_, Infallible> = token;
        let Ok(token) = token;
        match token {
            Token::StartTag(inner) => tags.push(Tag { span: range(inner.span), inner }),
            Token::Comment(comment) => comments.push(range(comment.span)),
            Token::Error(error) => bail!("index.html is not well-formed at byte {}: {}", error.span.start, error.value),
            _ => {}
        }
    }
    Ok((tags, comments))
}

/// Puts texts in the place of spans; the spans must not overlap. A span that is left empty takes its line with it where
/// nothing else stands on that line.
#[must_use]
pub fn replace(html: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(span, _)| span.start);
    let mut result = String::with_capacity(html.len());
    let mut at = 0;
    for (span, text) in changes {
        result.push_str(html.get(at..span.start).unwrap_or_default());
        result.push_str(&text);
        at = span.end;
        let alone = (result.is_empty() || result.ends_with('\n'))
            && html.get(at..).is_some_and(|after| after.starts_with('\n'));
        if text.is_empty() && alone {
            at += 1;
        }
    }
    result.push_str(html.get(at..).unwrap_or_default());
    result
}

fn range(span: Span<usize>) -> Range<usize> {
    span.start..span.end
}

/// The page is a `String`, so what comes out of it is UTF-8.
fn text(bytes: &HtmlString) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn tags_and_their_attributes_are_found() {
        let html = "<!doctype html><a x=1 y='a>b' z>ü</a><!-- <link> --><p>1 &lt; 2</p>é<link rel=\"css\" href=\"./a.css\"/>\n";
        let (tags, comments) = scan(html).unwrap();
        assert_eq!(tags.iter().map(Tag::name).collect::<Vec<_>>(), ["a", "p", "link"]);
        assert_eq!(
            (tags[0].get("x"), tags[0].get("y"), tags[0].get("z"), tags[0].get("w")),
            (Some("1"), Some("a>b"), Some(""), None)
        );
        assert!(tags[2].is("href", "./a.css"));
        assert_eq!(html.get(tags[2].span.clone()), Some("<link rel=\"css\" href=\"./a.css\"/>"));
        assert_eq!(html.get(comments[0].clone()), Some("<!-- <link> -->"));
    }

    #[test]
    fn a_page_cut_short_is_an_error() {
        assert!(scan("<link rel=\"x").is_err());
        assert!(scan("<link ").is_err());
        assert!(scan("<!-- ").is_err());
        assert!(scan("<a b=1 b=2>").is_err());
    }

    #[test]
    fn spans_are_replaced_and_empty_lines_go() {
        let html = "a\n<x>\nb <y> c\n<z>\n";
        let at = |needle: &str| html.find(needle).map(|start| start..start + needle.len()).unwrap();
        let changed =
            replace(html, vec![(at("<z>"), String::new()), (at("<x>"), String::new()), (at("<y>"), "Y".into())]);
        assert_eq!(changed, "a\nb Y c\n");
    }
}
