//! A command in one text, split into words as compose splits it (mattn/go-shellwords): no variables, and whatever follows an
//! operator of the shell is left out.

/// `None` where compose refuses the text: an open quote, a `(` on its own.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut begun = false;
    let (mut escaped, mut single, mut double, mut back, mut dollar) = (false, false, false, false, false);
    for character in text.chars() {
        if escaped {
            word.push(character);
            escaped = false;
            begun = true;
            continue;
        }
        match character {
            '\\' if single => word.push('\\'),
            '\\' => escaped = true,
            ' ' | '\t' | '\r' | '\n' => {
                if single || double || back || dollar {
                    word.push(character);
                } else if begun {
                    words.push(std::mem::take(&mut word));
                    begun = false;
                }
            }
            '"' if !single && !dollar => {
                begun |= double;
                double = !double;
            }
            '\'' if !double && !dollar => {
                begun |= single;
                single = !single;
            }
            ';' | '&' | '|' | '<' | '>' if !(single || double || back || dollar) => {
                if character == '>' && word.starts_with(|first: char| first.is_ascii_digit()) {
                    begun = false;
                }
                break;
            }
            _ => {
                match character {
                    '`' if !single && !double && !dollar => back = !back,
                    ')' if !single && !double && !back => dollar = !dollar,
                    '(' if !single && !double && !back => {
                        if dollar || !word.ends_with('$') {
                            return None;
                        }
                        dollar = true;
                    }
                    _ => {}
                }
                begun = true;
                word.push(character);
            }
        }
    }
    if begun {
        words.push(word);
    }
    (!(escaped || single || double || back || dollar)).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_compose_splits_them() {
        for (text, words) in [
            ("", Some(vec![])),
            ("bundle exec thin -p 3000", Some(vec!["bundle", "exec", "thin", "-p", "3000"])),
            ("echo 'a b' \"c d\"", Some(vec!["echo", "a b", "c d"])),
            ("echo \"\" ''", Some(vec!["echo", "", ""])),
            ("a\\ b", Some(vec!["a b"])),
            ("'a\\b'", Some(vec!["a\\b"])),
            ("\"a\\\"b\"", Some(vec!["a\"b"])),
            ("sh -c x && y", Some(vec!["sh", "-c", "x"])),
            ("run 2>log", Some(vec!["run"])),
            ("run \"a;b\"", Some(vec!["run", "a;b"])),
            ("echo $(date +%s)", Some(vec!["echo", "$(date +%s)"])),
            ("echo `date +%s`", Some(vec!["echo", "`date +%s`"])),
            ("a\n  b", Some(vec!["a", "b"])),
            ("echo \"a", None),
            ("echo 'a", None),
            ("echo (a)", None),
            ("echo a)", None),
            ("a\\", None),
        ] {
            let words = words.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(split(text), words, "{text}");
        }
    }
}
