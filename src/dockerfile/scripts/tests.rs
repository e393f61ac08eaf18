use super::super::model::{Dockerfile, InstructionScript, ShellKind};

/// `line shell[+pipefail][ heredoc][ onbuild]: command; command`
fn shape(text: &str, script: &InstructionScript, dockerfile: &Dockerfile) -> String {
    let commands = script.script.commands.iter().map(|command| {
        for word in &command.words {
            let raw = word.span.slice(text);
            let is_plain = word.literal && !word.quoted && !raw.contains(['\\', '"']);
            assert!(!is_plain || raw == word.text, "{raw:?} is not {:?} in {text:?}", word.text);
        }
        command.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    });
    let marks = [
        (script.pipefail, "+pipefail"),
        (script.heredoc, " heredoc"),
        (script.onbuild, " onbuild"),
        (!script.script.clean, " unclean"),
    ];
    let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| *mark).collect();
    let line = dockerfile.instruction(script.instruction).line;
    format!("{line} {}{marks}: {}", script.shell.name(), commands.collect::<Vec<_>>().join("; "))
}

fn shapes(text: &str) -> Vec<String> {
    let dockerfile = Dockerfile::parse(text);
    dockerfile.scripts.iter().map(|script| shape(text, script, &dockerfile)).collect()
}

/// The last script of a text.
fn last(text: &str) -> String {
    shapes(text).pop().unwrap_or_default()
}

#[test]
fn every_instruction_with_a_command_has_a_script() {
    let text = "FROM a\nRUN apt-get update && \\\n  # why\n  apt-get install -y curl\nCMD run $X\nENTRYPOINT exec app\n\
                HEALTHCHECK --interval=5s CMD curl x || exit 1\nHEALTHCHECK NONE\nONBUILD RUN make\nUSER x\nRUN\n";
    let want = [
        "2 sh: apt-get update; apt-get install -y curl",
        "5 sh: run $X",
        "6 sh: app",
        "7 sh: curl x; exit 1",
        "9 sh onbuild: make",
    ];
    assert_eq!(shapes(text)[..5], want);
}

#[test]
fn the_shell_is_inherited_through_stages() {
    let text = "FROM a AS base\nRUN a\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN b\nFROM base\nRUN c\nFROM x\nRUN d\n\
                FROM base\nSHELL [\"sh\", \"-c\"]\nRUN e\n";
    assert_eq!(shapes(text), ["2 sh: a", "4 bash+pipefail: b", "6 bash+pipefail: c", "8 sh: d", "11 sh: e"]);
}

#[test]
fn shells_are_told_by_their_words() {
    let with = |words: &str| last(&format!("FROM a\nSHELL [{words}]\nRUN x | y"));
    assert_eq!(with(r#""/bin/ash", "-eo", "pipefail", "-c""#), "3 ash+pipefail: x; y");
    assert_eq!(with(r#""/usr/bin/env", "bash", "-o", "pipefail", "-c""#), "3 bash+pipefail: x; y");
    assert_eq!(with(r#""conda", "run", "-n", "py", "/bin/bash", "-c""#), "3 bash: x; y");
    assert_eq!(with(r#""/busybox/sh", "-c""#), "3 sh: x; y");
    assert_eq!(with(r#""busybox", "sh", "-c""#), "3 ash: x; y");
    assert_eq!(with(r#""zsh", "-o", "pipefail", "-c""#), "3 bash+pipefail: x; y");
    assert_eq!(with(r#""bash", "-o", "errexit", "-c""#), "3 bash: x; y");
    assert_eq!(with(r#""bash", "+o", "pipefail", "-c""#), "3 bash: x; y");
    assert_eq!(with(r#""pwsh", "-Command""#), "3 powershell: ");
    assert_eq!(with(r#""C:\\Windows\\System32\\cmd.exe", "/S", "/C""#), "3 cmd: ");
    assert_eq!(with(r#""python3", "-c""#), "3 other: ");
    assert_eq!(with(r#""/usr/local/bin/_dockerfile_shell.sh""#), "3 other: ");
}

#[test]
fn the_shell_of_windows_is_not_read() {
    assert_eq!(last("FROM mcr.microsoft.com/windows/nanoserver:1809\nRUN dir C:\\x && del y"), "2 cmd: ");
    assert_eq!(last("FROM --platform=windows/amd64 x\nRUN dir"), "2 cmd: ");
    assert_eq!(last("# escape=`\nFROM x\nRUN dir"), "3 cmd: ");
    assert_eq!(last("# escape=`\nFROM x\nSHELL [\"bash\", \"-c\"]\nRUN ls"), "4 bash: ls");
    assert_eq!(last("FROM mcr.microsoft.com/windows/nanoserver:1809 AS a\nFROM a\nRUN dir"), "3 cmd: ");
    assert_eq!(last("ARG V\nFROM mcr.microsoft.com/windows/servercore:$V\nRUN dir"), "3 cmd: ");
    assert_eq!(last("FROM mcr.microsoft.com/windows/servercore:1\nRUN <<EOF\n#!/bin/sh\nls\nEOF"), "2 cmd heredoc: ");
    assert_eq!(last("FROM mcr.microsoft.com/windows/servercore:1\nCMD [\"ping\", \"x\"]"), "2 none: ping x");
}

#[test]
fn json_arrays_are_one_command() {
    assert_eq!(last("FROM a\nCMD [\"nginx\", \"-g\", \"daemon off;\"]"), "2 none: nginx -g daemon off;");
    assert_eq!(last("FROM a\nENTRYPOINT [\"sudo\", \"-u\", \"x\", \"app\"]"), "2 none: app");
    assert_eq!(last("FROM a\nCMD []"), "2 none: ");
    assert_eq!(
        last("FROM a\nRUN [\"/bin/bash\", \"-c\", \"set -e; a | b\"]"),
        "2 bash: /bin/bash -c set -e; a | b; set -e; a; b"
    );
    assert_eq!(last("FROM a\nRUN [\"bash\", \"-o\", \"pipefail\", \"-c\", \"a | b\"]").get(..17), Some("2 bash+pipefail: "));
    assert_eq!(
        last("FROM a\nSHELL [\"bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN [\"sh\", \"-c\", \"a | b\"]").get(..6),
        Some("3 sh: ")
    );
    assert_eq!(last("FROM a\nRUN [\"sh\", \"-c\", \"echo \\\"x\\\"\"]"), "2 sh: sh -c echo \"x\"; echo x");
    assert_eq!(last("FROM a\nHEALTHCHECK CMD [\"curl\", \"-f\", \"x\"]"), "2 none: curl -f x");
}

#[test]
fn pipefail_may_be_set_by_the_text() {
    let run = |text: &str| last(&format!("FROM a\nRUN {text}")).contains("pipefail:");
    assert!(run("set -o pipefail && a | b"));
    assert!(run("set -euxo pipefail; a | b"));
    assert!(run("set -eux -o pipefail; a | b"));
    assert!(!run("a | b && set -o pipefail"));
    assert!(!run("set -eux; a | b"));
    assert!(!run("set +o pipefail; a | b"));
}

#[test]
fn a_sole_heredoc_is_the_script() {
    assert_eq!(last("FROM a\nRUN <<EOF\nset -e\n# why\napt-get update\nEOF\n"), "2 sh heredoc: set -e; apt-get update");
    assert_eq!(
        last("FROM a\nRUN <<EOF\n#!/bin/bash\nset -o pipefail\na | b\nEOF\n"),
        "2 bash+pipefail heredoc: set -o pipefail; a; b"
    );
    assert_eq!(last("FROM a\nRUN <<EOF\n#!/usr/bin/env -S bash -eo pipefail\na | b\nEOF\n"), "2 bash+pipefail heredoc: a; b");
    assert_eq!(last("FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n"), "2 other heredoc: ");
    assert_eq!(last("FROM a\nRUN <<-EOF\n\tif x; then\n\t\ty\n\tfi\n\tEOF\n"), "2 sh heredoc: x; y");
    assert_eq!(last("FROM a\nRUN <<'E F'\na\nE F\nRUN b\n"), "5 sh: b");
    assert_eq!(last("FROM a\r\nRUN <<EOF\r\na\r\nb\r\nEOF\r\n"), "2 sh heredoc: a; b");
    assert_eq!(last("FROM a\nRUN --mount=type=cache,target=/x <<EOF\na\nEOF"), "2 sh heredoc: a");
    assert_eq!(last("FROM a\nRUN <<EOF\nEOF\n"), "2 sh heredoc: ");
    assert_eq!(
        last("FROM a\nSHELL [\"bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN <<EOF\na | b\nEOF"),
        "3 bash+pipefail heredoc: a; b"
    );
    assert_eq!(last("FROM a\nONBUILD RUN <<EOF\na\nEOF"), "2 sh heredoc onbuild: a");
}

#[test]
fn a_heredoc_may_be_for_another_program() {
    assert_eq!(shapes("FROM a\nRUN python3 <<EOF\nimport os\nEOF\nRUN b\n"), ["2 sh: python3", "5 sh: b"]);
    assert_eq!(shapes("FROM a\nRUN cat <<EOF > /x && b\napt-get install\nEOF\n"), ["2 sh: cat; b"]);
    assert_eq!(shapes("FROM a\nRUN <<EOF bash\na | b\nEOF\n"), ["2 sh: bash", "2 bash heredoc: a; b"]);
    assert_eq!(
        shapes("FROM a\nRUN bash -euo pipefail <<EOF\na\nEOF\n"),
        ["2 sh: bash -euo pipefail", "2 bash+pipefail heredoc: a"]
    );
    assert_eq!(shapes("FROM a\nRUN sh -s x <<-EOF\n\ta\n\tEOF\n"), ["2 sh: sh -s x", "2 sh heredoc: a"]);
    assert_eq!(shapes("FROM a\nRUN sh script.sh <<EOF\na\nEOF\n"), ["2 sh: sh script.sh"]);
    assert_eq!(shapes("FROM a\nRUN sh -c 'cat' <<EOF\na\nEOF\n"), ["2 sh: sh -c cat; cat"]);
    assert_eq!(
        shapes("FROM a\nRUN <<ONE cat > /x && bash <<TWO\n1\nONE\na\nTWO\nRUN c\n"),
        ["2 sh: cat; bash", "2 bash heredoc: a", "7 sh: c"]
    );
    assert_eq!(shapes("FROM a\nRUN echo a && \\\n  bash <<EOF\nx\nEOF\n"), ["2 sh: echo a; bash", "2 bash heredoc: x"]);
}

#[test]
fn scripts_know_their_stage() {
    let dockerfile = Dockerfile::parse("RUN a\nFROM x\nRUN b\nFROM y\nRUN c\n");
    let stages: Vec<_> = dockerfile.scripts.iter().map(|script| script.stage).collect();
    assert_eq!(stages, [None, Some(0), Some(1)]);
    assert!(ShellKind::Ash.is_posix() && !ShellKind::None.is_posix());
}
