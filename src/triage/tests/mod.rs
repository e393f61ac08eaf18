//! Whole files with their findings, from what was found to what is shown.

mod bench;

use self::bench::Bench;
use super::{FailOn, SuppressedBy};
use crate::finding::{Applicability, Confidence, Severity};

const SUDO: &str = "dockerfile/image-latest";
const PIN: &str = "dockerfile/package-unpinned";

fn nothing() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_comment_covers_the_instruction_below_with_all_its_lines() {
    let text = "FROM a\n# shipworthy: ignore[dockerfile/image-latest] why\n# more words\nRUN b && \\\n  c\nRUN d\n";
    let bench = Bench::of(text).found(4, SUDO, "").found(5, SUDO, "").found(6, SUDO, "");
    assert_eq!(bench.silenced(), ["4 image-latest", "5 image-latest"]);
    assert_eq!(bench.shown(), ["6 image-latest"]);
    let outcome = bench.outcome();
    assert!(outcome.suppressed.iter().all(|one| one.by == SuppressedBy::Comment && one.reason.as_deref() == Some("why")));
}

#[test]
fn heredocs_belong_to_their_instruction() {
    let text =
        "FROM a\n# shipworthy: ignore[dockerfile/image-latest]\nRUN <<EOF\n# shipworthy: ignore[nonsense]\nb\nEOF\nRUN c\n";
    let bench = Bench::of(text).found(5, SUDO, "").found(7, SUDO, "");
    assert_eq!((bench.silenced(), bench.shown()), (vec!["5 image-latest".to_owned()], vec!["7 image-latest".to_owned()]));
}

#[test]
fn a_comment_inside_an_instruction_covers_the_next_line_of_it() {
    let text = "FROM a\nRUN b \\\n  # shipworthy: ignore[DL3008]\n  # words\n  && c \\\n  && d\n";
    let bench =
        Bench::of(text).found(2, PIN, "hadolint:DL3008").found(5, PIN, "hadolint:DL3008").found(6, PIN, "hadolint:DL3008");
    assert_eq!(bench.silenced(), ["5 package-unpinned"]);
    assert_eq!(bench.shown(), ["2 package-unpinned", "6 package-unpinned"]);
}

#[test]
fn above_from_it_covers_the_stage_and_what_is_missing_there() {
    let text = "# shipworthy: ignore[dockerfile/image-latest]\nFROM a AS one\nRUN b\n\nRUN c\nFROM one\nRUN d\n";
    let bench = Bench::of(text).found(2, SUDO, "").found(3, SUDO, "").found(5, SUDO, "").found(6, SUDO, "").found(7, SUDO, "");
    assert_eq!(bench.silenced(), ["2 image-latest", "3 image-latest", "5 image-latest"]);
    assert_eq!(bench.shown(), ["6 image-latest", "7 image-latest"]);
}

#[test]
fn for_the_whole_file_it_may_stand_anywhere() {
    let text = "FROM a\nRUN b\n\n# shipworthy: ignore-file[dockerfile/image-latest, DL3008]\n";
    let bench = Bench::of(text).found(1, SUDO, "").found(2, PIN, "hadolint:DL3008").found(2, PIN, "hadolint:DL3013");
    assert_eq!(bench.silenced(), ["1 image-latest", "2 package-unpinned"]);
    assert_eq!(bench.shown(), ["2 package-unpinned"]);
}

#[test]
fn a_blank_line_parts_a_comment_from_what_follows() {
    let text = "FROM a\n# shipworthy: ignore[dockerfile/image-latest]\n\nRUN b\n";
    assert_eq!(Bench::of(text).found(4, SUDO, "").shown(), ["2 suppression/unused", "4 image-latest"]);
}

#[test]
fn only_findings_with_the_alias_are_silenced() {
    let text = "FROM a\n# shipworthy: ignore[hadolint:DL3008]\nRUN b \\\n c\n";
    let bench =
        Bench::of(text).found(3, PIN, "hadolint:DL3008").found(3, PIN, "hadolint:DL3013").found(4, PIN, "hadolint:DL3013");
    assert_eq!(bench.silenced(), ["3 package-unpinned"]);
    assert_eq!(bench.shown(), ["3 package-unpinned", "4 package-unpinned"]);
}

#[test]
fn what_an_engine_refuses_cannot_be_silenced_or_hidden() {
    let text = "FROM a\n# shipworthy: ignore[dockerfile/parse-error]\n# hadolint ignore=DL1000\nRUNN b\n";
    let mut bench = Bench::of(text)
        .found(4, "dockerfile/parse-error", "hadolint:DL1000")
        .config("[check]\nfail-on = \"never\"\nmin-severity = \"critical\"\nignore = [\"all\"]\n[check.per-file-ignores]\n\"**\" = [\"all\"]\n");
    assert_eq!(bench.shown(), ["4 parse-error"]);
    assert!(bench.outcome().fails());
    bench.overrides.select = vec!["suppression".into()];
    bench = bench.config("");
    assert_eq!(bench.shown(), ["2 suppression/unused", "4 parse-error"]);
    assert!(bench.outcome().findings[0].finding.message.contains("cannot be silenced"));
}

#[test]
fn the_gate_looks_at_severities_as_they_are_set() {
    let bench = |config: &str| Bench::of("FROM a\n").found(1, SUDO, "").config(config);
    let fails = |config: &str| bench(config).outcome().fails();
    assert!(fails(""));
    assert!(!fails("[check]\nfail-on = \"high\"\n"));
    assert!(!fails("[severity]\n\"dockerfile/image-latest\" = \"low\"\n"));
    assert!(fails("[check]\nfail-on = \"high\"\n[severity]\ndockerfile = \"critical\"\n"));
    assert_eq!(bench("[severity]\ndockerfile = \"critical\"\n").outcome().findings[0].finding.severity, Severity::Critical);
    assert_eq!(bench("[check]\nfail-on = \"never\"\n").settings().fail_on(), FailOn::Never);
}

#[test]
fn hidden_findings_are_counted() {
    let mut bench = Bench::of("FROM a\n").found(1, SUDO, "");
    bench.overrides.min_severity = Some(Severity::High);
    assert_eq!((bench.shown(), bench.outcome().hidden), (nothing(), 1));
    bench.overrides.min_severity = Some(Severity::Medium);
    bench.overrides.min_confidence = Some(Confidence::High);
    assert_eq!((bench.shown().len(), bench.outcome().hidden), (1, 0));
}

#[test]
fn the_configuration_silences_files() {
    let bench = Bench::of("FROM a\nRUN b\n")
        .found(1, SUDO, "")
        .found(2, PIN, "hadolint:DL3008")
        .config("[check.per-file-ignores]\n\"app/**\" = [\"DL3008\"]\n\"other\" = [\"all\"]\n");
    assert_eq!((bench.shown(), bench.silenced()), (vec!["1 image-latest".to_owned()], vec!["2 package-unpinned".to_owned()]));
    assert_eq!(bench.outcome().suppressed[0].by, SuppressedBy::Configuration);
}

#[test]
fn findings_are_sorted_and_each_is_there_once() {
    let bench =
        Bench::of("FROM a\nRUN b\n").found(2, PIN, "").found(2, SUDO, "").found(1, PIN, "").found(2, PIN, "").found(1, PIN, "");
    assert_eq!(bench.shown(), ["1 package-unpinned", "2 image-latest", "2 package-unpinned"]);
    let prints: Vec<_> = bench.outcome().findings.into_iter().map(|judged| judged.fingerprint).collect();
    assert!(prints.iter().all(|print| print.len() == 32) && prints[0] != prints[2], "{prints:?}");
}

mod foreign {
    use super::*;

    #[test]
    fn hadolint_ignore_is_for_the_next_instruction() {
        let text = "FROM a\n# hadolint ignore=DL3008,SC2086 # one mirror\nRUN b \\\n c\nRUN d\n";
        let bench =
            Bench::of(text).found(3, PIN, "hadolint:DL3008").found(4, SUDO, "shellcheck:SC2086").found(5, PIN, "hadolint:DL3008");
        assert_eq!(bench.silenced(), ["3 package-unpinned", "4 image-latest"]);
        assert_eq!(bench.shown(), ["5 package-unpinned"]);
        assert_eq!(bench.outcome().suppressed[0].reason.as_deref(), Some("one mirror"));
    }

    #[test]
    fn hadolint_above_from_does_not_cover_the_stage_but_stage_ignore_does() {
        let text = "# hadolint ignore=DL3007\nFROM a\nRUN b\n";
        let bench = |text| Bench::of(text).found(2, SUDO, "hadolint:DL3007").found(3, SUDO, "hadolint:DL3007");
        assert_eq!(bench(text).silenced(), ["2 image-latest"]);
        assert_eq!(bench("# hadolint stage ignore=DL3007\nFROM a\nRUN b\n").silenced().len(), 2);
        let rest = "FROM z\nRUN a\n# hadolint stage ignore=DL3007\nRUN b\n\nRUN c\nFROM d\n";
        let bench =
            Bench::of(rest).found(2, SUDO, "hadolint:DL3007").found(6, SUDO, "hadolint:DL3007").found(7, SUDO, "hadolint:DL3007");
        assert_eq!(bench.silenced(), ["6 image-latest"]);
    }

    #[test]
    fn hadolint_global_ignore_is_for_the_file() {
        let text = "FROM a\n# hadolint global ignore=DL3007\n\nRUN b\nFROM c\n";
        let bench =
            Bench::of(text).found(1, SUDO, "hadolint:DL3007").found(5, SUDO, "hadolint:DL3007").found(5, PIN, "hadolint:DL3008");
        assert_eq!(bench.silenced().len(), 2);
        assert_eq!(bench.shown(), ["5 package-unpinned"]);
    }

    #[test]
    fn findings_that_the_peer_would_not_have_stay() {
        let text = "FROM a\n# hadolint ignore=DL3007\nRUN b\n";
        assert_eq!(Bench::of(text).found(3, SUDO, "").shown(), ["3 image-latest"]);
        assert_eq!(Bench::of(text).found(3, SUDO, "trivy:DL3007").shown(), ["3 image-latest"]);
    }

    #[test]
    fn unused_and_unknown_codes_of_peers_are_left_alone() {
        let text =
            "# check=skip=Nothing\nFROM a\n# hadolint ignore=DL3007,DL9999\n# trivy:ignore:DS-0001\n# trivy:ignore:NONE\nRUN b\n";
        assert_eq!(Bench::of(text).shown(), nothing());
    }

    #[test]
    fn the_check_directive_is_for_the_file() {
        let found = |text| {
            Bench::of(text).found(2, SUDO, "buildkit:StageNameCasing").found(3, PIN, "buildkit:FromAsCasing").found(
                3,
                SUDO,
                "hadolint:DL3007",
            )
        };
        assert_eq!(found("# check=skip=StageNameCasing;error=true\nFROM a\nRUN b\n").silenced(), ["2 image-latest"]);
        assert_eq!(found("# check=skip=all\nFROM a\nRUN b\n").silenced().len(), 2);
        assert_eq!(found("# words\n# check=skip=all\nFROM a\n").shown().len(), 2);
        assert_eq!(found("# check=skip=stagenamecasing\nFROM a\nRUN b\n").silenced(), nothing());
    }

    #[test]
    fn a_check_comment_is_for_the_instruction_below() {
        let found = |text| Bench::of(text).found(3, SUDO, "buildkit:StageNameCasing").found(4, SUDO, "buildkit:StageNameCasing");
        assert_eq!(found("FROM a\n# check=skip=StageNameCasing // why\nRUN b\nRUN c\n").silenced(), ["3 image-latest"]);
        let found = |text| Bench::of(text).found(4, SUDO, "buildkit:StageNameCasing");
        assert_eq!(found("FROM a\n# check=skip=all\n#\nRUN b\n").silenced(), nothing());
        assert_eq!(found("FROM a\n# check=skip=all\n# check=skip=Other\nRUN b\n").silenced(), ["4 image-latest"]);
        assert_eq!(found("FROM a\n# check=skip=Other\n# check=skip=all\nRUN b\n").silenced(), nothing());
    }

    #[test]
    fn trivy_comments_expire_on_their_day() {
        let found = |text| Bench::of(text).found(3, SUDO, "trivy:DS-0001");
        assert_eq!(found("FROM a\n#trivy:ignore:AVD-DS-0001\nRUN b\n").silenced(), ["3 image-latest"]);
        assert_eq!(found("FROM a\n#trivy:ignore:DS001:exp:2026-11-21\nRUN b\n").silenced(), ["3 image-latest"]);
        assert_eq!(
            found("FROM a\n#trivy:ignore:DS001:exp:2026-11-20\nRUN b\n").shown(),
            ["2 suppression/expired", "3 image-latest"]
        );
    }

    #[test]
    fn they_can_be_turned_off() {
        let text =
            "# check=skip=all\n# shipworthy: ignore-file[dockerfile/package-unpinned]\nFROM a\n# hadolint ignore=DL3007\nRUN b\n";
        let bench = |config| {
            let bench = Bench::of(text).found(5, SUDO, "hadolint:DL3007").found(5, SUDO, "buildkit:StageNameCasing");
            bench.found(5, PIN, "").config(config)
        };
        assert_eq!(bench("").silenced().len(), 3);
        assert_eq!(bench("[check]\nforeign-suppressions = false\n").silenced(), ["5 package-unpinned"]);
        let mut none = bench("");
        none.overrides.no_ignores = true;
        assert_eq!(none.silenced(), nothing());
    }
}

mod complaints {
    use super::*;

    #[test]
    fn an_unused_comment_goes_with_its_line() {
        let text = "FROM a\r\n  # shipworthy: ignore[dockerfile/image-latest] why\r\nRUN b\r\n";
        let bench = Bench::of(text);
        assert_eq!(bench.shown(), ["2 suppression/unused"]);
        assert_eq!(bench.fixed(), "FROM a\r\nRUN b\r\n");
        let fix = bench.outcome().findings.remove(0).finding.fix.unwrap();
        assert_eq!(fix.applicability, Applicability::Safe);
        assert_eq!(Bench::of("FROM a\n# shipworthy: ignore[dockerfile/image-latest]").fixed(), "FROM a\n");
        assert_eq!(
            Bench::of("FROM a\n# words # shipworthy: ignore[dockerfile/image-latest]\nRUN b\n").fixed(),
            "FROM a\n# words\nRUN b\n"
        );
        assert_eq!(Bench::of("\u{feff}# shipworthy: ignore[dockerfile/image-latest]\nFROM a\n").fixed(), "\u{feff}FROM a\n");
    }

    #[test]
    fn an_unused_name_goes_alone() {
        let text = "FROM a\n# shipworthy: ignore[DL3008,dockerfile/image-latest ,DL3013] why\nRUN b\n";
        let bench = Bench::of(text).found(3, SUDO, "");
        assert_eq!(bench.fixed(), "FROM a\n# shipworthy: ignore[dockerfile/image-latest] why\nRUN b\n");
        let message = bench.outcome().findings.remove(0).finding.message;
        assert!(message.contains("`DL3008`, `DL3013`"), "{message}");
    }

    #[test]
    fn removing_a_comment_makes_no_directive_of_the_next_one() {
        let text = "# shipworthy: ignore[dockerfile/image-latest]\n# escape=`\nFROM a\n";
        let fix = Bench::of(text).outcome().findings.remove(0).finding.fix.unwrap();
        assert_eq!(fix.applicability, Applicability::Manual);
    }

    #[test]
    fn what_did_not_run_is_not_called_unused() {
        for rule in ["dockerfile/pedantic-thing", "StageNameCasing", "compose/privileged", "suppression/unused"] {
            let text = format!("FROM a\n# shipworthy: ignore[{rule}]\nRUN b\n");
            assert_eq!(Bench::of(&text).shown(), nothing(), "{rule}");
        }
        let text = "FROM a\n# shipworthy: ignore[dockerfile/image-latest]\nRUN b\n";
        let mut bench = Bench::of(text);
        bench.overrides.ignore = vec!["dockerfile/image-latest".into()];
        assert_eq!(bench.shown(), nothing());
        let broken = Bench::of(text).found(3, "dockerfile/parse-error", "");
        assert_eq!(broken.shown(), ["3 parse-error"]);
    }

    #[test]
    fn what_is_hidden_or_ignored_still_uses_a_comment() {
        let text = "FROM a\n# shipworthy: ignore[dockerfile/package-unpinned]\nRUN b\n";
        let mut bench = Bench::of(text).found(3, PIN, "hadolint:DL3008");
        bench.overrides.ignore = vec!["DL3008".into()];
        assert_eq!(bench.shown(), nothing());
        bench.overrides.ignore.clear();
        bench.overrides.min_severity = Some(Severity::Low);
        assert_eq!(bench.shown(), nothing());
    }

    #[test]
    fn after_its_day_a_comment_silences_nothing() {
        let found = |day: &str| {
            Bench::of(&format!("FROM a\n# shipworthy: ignore[dockerfile/image-latest] why until={day}\nRUN b\n"))
                .found(3, SUDO, "")
        };
        assert_eq!(found("2026-11-20").shown(), nothing());
        assert_eq!(found("2026-11-19").shown(), ["2 suppression/expired", "3 image-latest"]);
        let mended = Bench::of("FROM a\n# shipworthy: ignore[dockerfile/image-latest] until=2026-11-19\nRUN b\n");
        assert_eq!(mended.shown(), ["2 suppression/unused"]);
    }

    #[test]
    fn names_that_stand_for_nothing_are_told() {
        let text = "FROM a\n# shipworthy: ignore[dockerfile/image-latst, DL3008, dockerfile, zzzzzzzz] why\nRUN b\n";
        let bench = Bench::of(text).found(3, PIN, "hadolint:DL3008").found(3, SUDO, "");
        assert_eq!(
            bench.shown(),
            ["2 suppression/unknown-rule", "2 suppression/malformed", "2 suppression/unknown-rule", "3 image-latest"]
        );
        assert_eq!(bench.silenced(), ["3 package-unpinned"]);
        assert!(bench.fixed().contains("[dockerfile/image-latest, DL3008,"), "{}", bench.fixed());
    }

    #[test]
    fn comments_that_cannot_be_read_silence_nothing() {
        for comment in ["ignore", "ignore[dockerfile/image-latest", "ignore[dockerfile/image-latest] until=soon", "ignore[all]"] {
            let bench = Bench::of(&format!("FROM a\n# shipworthy: {comment}\nRUN b\n")).found(3, SUDO, "");
            assert_eq!(bench.shown(), ["2 suppression/malformed", "3 image-latest"], "{comment}");
        }
    }

    #[test]
    fn reasons_are_required_where_the_configuration_says_so() {
        let bench = |reason: &str, config: &str| {
            let text = format!("FROM a\n# shipworthy: ignore[dockerfile/image-latest]{reason}\nRUN b\n");
            Bench::of(&text).found(3, SUDO, "").config(config).shown()
        };
        assert_eq!(bench("", ""), nothing());
        let required = "[check]\nrequire-reason = true\n";
        assert_eq!(bench("", required), ["2 suppression/missing-reason"]);
        assert_eq!(bench(" because", required), nothing());
        assert_eq!(bench(" until=2099-01-01", required), ["2 suppression/missing-reason"]);
    }

    #[test]
    fn complaints_can_be_silenced_too() {
        let text = "FROM a\n# shipworthy: ignore[dockerfile/image-latest, suppression/unused] it comes and goes\nRUN b\n";
        let bench = Bench::of(text);
        assert_eq!((bench.shown(), bench.silenced()), (nothing(), vec!["2 suppression/unused".to_owned()]));
        let text = "FROM a\n# shipworthy: ignore[dockerfile/image-latest]\nRUN b\n";
        assert_eq!(Bench::of(text).config("[check]\nignore = [\"suppression\"]\n").shown(), nothing());
        assert_eq!(Bench::of(text).config("[check]\nselect = [\"dockerfile/image-latest\"]\n").shown(), nothing());
    }
}
