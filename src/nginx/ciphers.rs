//! Lists of ciphers as OpenSSL reads them (`openssl-ciphers`): what is let in that is broken.

/// Families of ciphers that attacks are known against, with the words that let them in.
const WEAK: &[(&str, &[&str])] = &[
    ("RC4", &["RC4"]),
    ("RC2", &["RC2"]),
    ("3DES", &["3DES"]),
    ("DES", &["DES"]),
    ("MD5", &["MD5"]),
    ("eNULL", &["NULL", "eNULL"]),
    ("aNULL", &["aNULL", "ADH", "AECDH", "DH-anon"]),
    ("EXPORT", &["EXP", "EXPORT", "EXPORT40", "EXPORT56"]),
    ("LOW", &["LOW"]),
    ("IDEA", &["IDEA"]),
    ("SEED", &["SEED"]),
];

/// Parts of the names of single suites, and the families that they belong to.
const PARTS: &[(&str, &str)] = &[
    ("RC4", "RC4"),
    ("RC2", "RC2"),
    ("DES-CBC3", "3DES"),
    ("3DES", "3DES"),
    ("DES-CBC-", "DES"),
    ("NULL-", "eNULL"),
    ("WITH_NULL", "eNULL"),
    ("EXP-", "EXPORT"),
    ("EXPORT", "EXPORT"),
    ("ADH-", "aNULL"),
    ("AECDH-", "aNULL"),
    ("-MD5", "MD5"),
    ("IDEA-", "IDEA"),
    ("SEED-", "SEED"),
];

/// The elements of a list that let in weak ciphers which nothing in it forbids.
pub fn weak(list: &str) -> Vec<&str> {
    let forbidden: Vec<&str> = elements(list).filter_map(|element| element.strip_prefix('!')).collect();
    elements(list).filter(|element| is_weak(element, &forbidden)).collect()
}

/// The list without some of its elements; `None` when nothing that lets a cipher in would be left.
pub fn without(list: &str, gone: &[&str]) -> Option<String> {
    let separator = list.chars().find(|char| is_separator(*char)).unwrap_or(':');
    let kept: Vec<&str> = elements(list).filter(|element| !gone.contains(element)).collect();
    let lets_in = kept.iter().any(|element| !element.starts_with(['!', '-', '+', '@']));
    lets_in.then(|| kept.join(&separator.to_string()))
}

fn elements(list: &str) -> impl Iterator<Item = &str> {
    list.split(is_separator).filter(|element| !element.is_empty())
}

fn is_separator(char: char) -> bool {
    matches!(char, ':' | ' ' | ',' | ';' | '\n' | '\r' | '\t')
}

fn is_weak(element: &str, forbidden: &[&str]) -> bool {
    if element.starts_with(['!', '-', '+', '@']) {
        return false;
    }
    let is_forbidden =
        |family: &str| WEAK.iter().any(|(name, words)| *name == family && words.iter().any(|word| forbidden.contains(word)));
    // `RC4+RSA` is what both have: what one of them forbids is not let in.
    let selectors: Vec<&str> = element.split('+').collect();
    if selectors.iter().any(|selector| forbidden.contains(selector)) {
        return false;
    }
    selectors.iter().any(|selector| {
        if *selector == "ALL" || *selector == "COMPLEMENTOFDEFAULT" {
            return selectors.len() == 1 && !is_forbidden("aNULL");
        }
        let group = WEAK.iter().find(|(_, words)| words.contains(selector)).map(|(family, _)| *family);
        let suite = || PARTS.iter().find(|(part, _)| selector.contains(part)).map(|(_, family)| *family);
        group.or_else(suite).is_some_and(|family| !is_forbidden(family))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_lets_in_is_weak_unless_it_forbids_it() {
        assert_eq!(weak("ALL:!aNULL:!eNULL:RC4:DES:3DES"), ["RC4", "DES", "3DES"]);
        assert_eq!(weak("ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA:!3DES:ECDHE-RSA-RC4-SHA"), ["ECDHE-RSA-RC4-SHA"]);
        assert_eq!(weak("RC4+RSA:+LOW:-EXP:ALL"), ["RC4+RSA", "ALL"]);
        for fine in
            ["HIGH:!aNULL:!MD5", "EECDH+CHACHA20:EECDH+AES", "RC4+RSA:!RC4", "ECDHE-RSA-AES256-SHA384", "", "PROFILE=SYSTEM"]
        {
            assert!(weak(fine).is_empty(), "{fine}");
        }
    }

    #[test]
    fn a_list_stays_a_list() {
        assert_eq!(without("HIGH:RC4:!aNULL", &["RC4"]).as_deref(), Some("HIGH:!aNULL"));
        assert_eq!(without("HIGH RC4", &["RC4"]).as_deref(), Some("HIGH"));
        assert_eq!(without("RC4:!aNULL", &["RC4"]), None);
    }
}
