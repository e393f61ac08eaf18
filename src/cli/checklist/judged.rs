//! What a checklist is decided by: every rule, whatever the profile, over the files and what was seen running.

use crate::cli::arguments::{ChecklistInput, InputArguments};
use crate::cli::session::{self, Session};
use crate::cli::{Failure, audit, baseline};
use crate::config::Overrides;
use crate::finding::{Confidence, Profile, Severity};
use crate::live::input;
use crate::source::{Kind, SourceFile};
use crate::triage::{self, FileError, Outcome, Settings, Suppressed, SuppressedBy};

/// Everything that was read, and all that was found in it.
pub(super) struct Judged {
    pub session: Session,
    /// With findings of every profile; what the configuration leaves out is listed as suppressed.
    pub outcome: Outcome,
}

pub(super) fn judge(arguments: &ChecklistInput) -> Result<Judged, Failure> {
    let input = InputArguments {
        paths: arguments.paths.clone(),
        config: arguments.config.clone(),
        isolated: arguments.isolated,
        baseline: arguments.baseline.clone(),
        env: arguments.env.clone(),
        ..InputArguments::default()
    };
    let (snapshots, mut gaps) = snapshots(arguments)?;
    // A control asks whether something is so, not whether a reviewer would raise it.
    let everything = Overrides {
        profile: Some(Profile::Pedantic),
        min_severity: Some(Severity::Info),
        min_confidence: Some(Confidence::Low),
        ..Overrides::default()
    };
    let selected = Overrides { extend_select: vec!["all".to_owned()], ..everything.clone() };
    let mut session = Session::open_with(&input, snapshots, &selected, arguments.today)?;
    session.incomplete |= !gaps.is_empty();
    session.errors.append(&mut gaps);
    let rules = session.settings.rules(&session.registry);
    let findings = session.judge(&rules);
    let mut outcome = triage::triage(&session.project, &session.registry, findings, &session.settings);
    let configs = session::configs(&input)?;
    let today = session.project.today;
    let configured = Settings::of_project(&session.project, &configs, &everything, &session.registry, today)?;
    leave_out(&configured, &mut outcome);
    audit::silence(&session, &mut outcome);
    baseline::apply(&input, &session, &mut outcome)?;
    outcome.errors.append(&mut session.errors);
    Ok(Judged { session, outcome })
}

/// What the configuration ignores is not gone: somebody answers for it.
fn leave_out(configured: &Settings, outcome: &mut Outcome) {
    let (kept, left): (Vec<_>, Vec<_>) = std::mem::take(&mut outcome.findings)
        .into_iter()
        .partition(|judged| configured.of(judged.finding.primary.file).keeps(&judged.finding));
    outcome.findings = kept;
    outcome.suppressed.extend(left.into_iter().map(|judged| Suppressed {
        finding: *judged.finding,
        fingerprint: judged.fingerprint,
        by: SuppressedBy::Configuration,
        reason: None,
    }));
}

/// The snapshots that were named, and what they say was not seen.
fn snapshots(arguments: &ChecklistInput) -> Result<(Vec<SourceFile>, Vec<FileError>), Failure> {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    let mut add = |shown: String, snapshot: &crate::live::Snapshot, text: String| {
        for message in snapshot.engines.iter().flat_map(audit::gaps) {
            errors.push(FileError { path: shown.clone(), file: None, message });
        }
        files.push(SourceFile::new(shown, Kind::Snapshot, text.into_bytes()));
    };
    if arguments.live {
        for (shown, snapshot) in audit::snapshots_of(&arguments.host)? {
            add(shown, &snapshot, snapshot.text());
        }
    }
    for path in &arguments.input {
        let (snapshot, text) = input::read(path).map_err(|error| Failure::new(format_args!("{}: {error}", path.display())))?;
        add(path.to_string_lossy().replace('\\', "/"), &snapshot, text);
    }
    Ok((files, errors))
}
