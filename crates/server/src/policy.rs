//! The page's own Content-Security-Policy, read out of the built page.
//!
//! The policy is written once, in `index.html`, so that it also holds on hosts without headers. Repeating it here by
//! hand would let the two drift apart; reading it means that they cannot. `frame-ancestors` is added because a meta tag
//! cannot carry it.

use html5gum::{Token, Tokenizer};

const FRAME_ANCESTORS: &str = "frame-ancestors 'none'";

/// The header value for the page `html`: its policies, each on one line, and `frame-ancestors 'none'`. Without any
/// policy in the page the latter stands alone.
pub(crate) fn header_for(html: &str) -> String {
    let mut policies: Vec<String> = Tokenizer::new(html)
        .flatten()
        .filter_map(|token| match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"meta" => {
                let attribute =
                    |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
                let is_policy = attribute(b"http-equiv")?.trim().eq_ignore_ascii_case("content-security-policy");
                is_policy.then(|| attribute(b"content")).flatten()
            }
            _ => None,
        })
        .map(|policy| one_line(&policy))
        .filter(|policy| !policy.is_empty())
        .collect();
    if let Some(first) = policies.first_mut() {
        first.push_str("; ");
        first.push_str(FRAME_ANCESTORS);
    } else {
        policies.push(FRAME_ANCESTORS.to_owned());
    }
    policies.join(", ")
}

/// White space of any kind becomes one space: a header has no line breaks. A last `;` goes.
fn one_line(policy: &str) -> String {
    let words: Vec<&str> = policy.split_whitespace().collect();
    words.join(" ").trim_end_matches([';', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_policy_is_repeated_word_for_word() {
        let html = r#"<!doctype html><html><head><meta charset="utf-8">
            <!-- <meta http-equiv="Content-Security-Policy" content="default-src *"> -->
            <META content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval';
              trusted-types default;" HTTP-EQUIV=content-security-policy></head></html>"#;
        assert_eq!(
            header_for(html),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; trusted-types default; frame-ancestors 'none'"
        );
    }

    #[test]
    fn entities_are_decoded_and_two_policies_stay_two() {
        let html = r#"<meta http-equiv="content-security-policy" content="script-src &#39;self&#39;"><meta name="x" content="y">
            <meta http-equiv="content-security-policy" content="img-src blob:">"#;
        assert_eq!(header_for(html), "script-src 'self'; frame-ancestors 'none', img-src blob:");
    }

    #[test]
    fn a_page_without_policy_still_may_not_be_framed() {
        assert_eq!(header_for("<title>x</title>"), "frame-ancestors 'none'");
    }
}
