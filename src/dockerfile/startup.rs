//! What a container starts: ENTRYPOINT and CMD together, and the program behind those that only hand over to it.

use super::instruction::{Body, CommandForm, CommandLine};
use super::model::{Dockerfile, Inherited, Stage};
use crate::finding::Environment;
use crate::project::environment::guess;
use crate::shell::{self, Command, Word};

/// Words in front of a program that they start in their place.
const LAUNCHERS: &[&[&str]] = &[
    &["npx"],
    &["bunx"],
    &["pnpx"],
    &["npm", "exec"],
    &["pnpm", "exec"],
    &["pnpm", "dlx"],
    &["yarn", "exec"],
    &["poetry", "run"],
    &["pipenv", "run"],
    &["pdm", "run"],
    &["rye", "run"],
    &["uv", "run"],
    &["bundle", "exec"],
    &["python", "-m"],
    &["python3", "-m"],
    &["cross-env"],
    &["dotenv"],
    &["--"],
];

/// The commands that a container of a stage certainly starts with: those of a branch or behind a test are left out, and so is what
/// an ONBUILD gives.
pub fn started(dockerfile: &Dockerfile, stage: &Stage) -> Vec<Command> {
    let (entrypoint, command) = (line(dockerfile, stage.entrypoint.as_ref()), line(dockerfile, stage.command.as_ref()));
    let array = |line: Option<(usize, &CommandLine)>| match line.map(|(_, line)| &line.form) {
        Some(CommandForm::Exec(words)) => words.iter().map(|word| (word.text.clone(), word.span)).collect(),
        _ => Vec::new(),
    };
    let is_text = |line: &(usize, &CommandLine)| matches!(line.1.form, CommandForm::Shell(_));
    match entrypoint.filter(is_text).or(command.filter(is_text)) {
        Some((instruction, _)) => {
            let scripts = dockerfile.scripts_of(instruction).iter().filter(|script| script.script.clean && !script.onbuild);
            scripts.flat_map(|script| certain(&script.script.commands)).collect()
        }
        None => {
            let words = [array(entrypoint), array(command)].concat();
            if words.is_empty() { Vec::new() } else { certain(&shell::exec(&words).commands) }
        }
    }
}

/// Whether the name of a stage, or of one that it is built on, says that it is for development.
pub fn is_for_development(dockerfile: &Dockerfile, stage: &Stage) -> bool {
    let is_named = |name: &String| guess(name) == Some(Environment::Development);
    dockerfile.lineage(stage).any(|stage| stage.name.as_ref().is_some_and(is_named))
}

fn line<'d>(dockerfile: &'d Dockerfile, given: Option<&Inherited<()>>) -> Option<(usize, &'d CommandLine)> {
    let instruction = given?.instruction;
    match &dockerfile.instruction(instruction).body {
        Body::Cmd(line) | Body::Entrypoint(line) => Some((instruction, line)),
        _ => None,
    }
}

fn certain(commands: &[Command]) -> Vec<Command> {
    if commands.iter().any(|command| matches!(command.name(), "[" | "[[" | "test")) {
        return Vec::new();
    }
    let is_certain = |command: &&Command| {
        let outside = usize::from(command.embedded.is_some());
        usize::from(command.depth) <= outside && !(command.substitution || command.function || command.tested)
    };
    commands.iter().filter(is_certain).cloned().collect()
}

/// The words of the program that a command ends up with: `uvicorn app:app` of `poetry run uvicorn app:app`.
pub fn program(command: &Command) -> &[Word] {
    let mut words = command.words.as_slice();
    while let Some(first) = words.first() {
        let name = base_name(&first.text);
        let is_launcher = |launcher: &&&[&str]| {
            launcher[0] == name
                && launcher[1..].iter().zip(&words[1..]).filter(|(part, word)| **part == word.text).count() == launcher.len() - 1
        };
        let is_script = words.len() > 1 && (name.ends_with(".sh") || name.contains("entrypoint"));
        let taken = match LAUNCHERS.iter().find(is_launcher) {
            Some(launcher) => launcher.len(),
            None if is_script || name.contains('=') => 1,
            None => break,
        };
        words = &words[taken..];
    }
    words
}

/// A word without its folders.
pub fn base_name(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

/// A server for development among the words of a [`program`]: how people call it, and the word that says so.
pub fn development_server(words: &[Word]) -> Option<(String, &Word)> {
    let (first, arguments) = words.split_first()?;
    let name = base_name(&first.text);
    let argument = |text: &str| arguments.iter().find(|word| word.text == text);
    let named = |word| called(name, word);
    let subcommand = arguments.first().filter(|word| !word.is_flag());
    let begins = |choices: &[&str]| subcommand.filter(|word| choices.contains(&word.text.as_str())).and_then(named);
    if let Some(at) = words.iter().position(|word| base_name(&word.text) == "manage.py") {
        let runs = words.get(at + 1).filter(|word| matches!(word.text.as_str(), "runserver" | "runserver_plus"));
        return runs.map(|word| (format!("manage.py {}", word.text), word));
    }
    match name {
        "nodemon" | "ts-node-dev" | "tsnd" | "webpack-dev-server" => Some((name.to_owned(), first)),
        "uvicorn" | "gunicorn" | "hypercorn" | "granian" => argument("--reload").and_then(named),
        "flask" => argument("run").and_then(named),
        "vite" if arguments.first().is_none_or(Word::is_flag) => Some((name.to_owned(), first)),
        "vite" => begins(&["dev", "serve"]),
        "next" | "nuxt" | "nuxi" | "astro" | "remix" | "fastapi" => begins(&["dev"]),
        "gatsby" => begins(&["develop"]),
        "ng" | "vue-cli-service" | "webpack" => begins(&["serve"]),
        "react-scripts" => begins(&["start"]),
        "tsx" | "dotnet" | "cargo" => begins(&["watch"]),
        "django-admin" => begins(&["runserver"]),
        "node" => arguments.first().filter(|word| word.text == "--watch").and_then(named),
        "php" if subcommand.is_some_and(|word| base_name(&word.text) == "artisan") => {
            arguments.get(1).filter(|word| word.text == "serve").map(|word| ("php artisan serve".to_owned(), word))
        }
        "php" => argument("-S").and_then(named),
        "npm" | "pnpm" | "yarn" | "bun" => {
            let script = package_script(words)?;
            let is_for_development = |text: &str| matches!(text, "dev" | "develop" | "start:dev") || text.starts_with("dev:");
            is_for_development(&script.text).then(|| (format!("{name} run {}", script.text), script))
        }
        _ => None,
    }
}

fn called<'w>(name: &str, word: &'w Word) -> Option<(String, &'w Word)> {
    Some((format!("{name} {}", word.text), word))
}

/// The script of `package.json` that `npm run x`, `npm start`, `yarn x` call.
pub fn package_script(words: &[Word]) -> Option<&Word> {
    let (first, arguments) = words.split_first()?;
    let name = base_name(&first.text);
    if !matches!(name, "npm" | "pnpm" | "yarn" | "bun") {
        return None;
    }
    if let Some(at) = arguments.iter().position(|word| matches!(word.text.as_str(), "run" | "run-script")) {
        return arguments[at + 1..].iter().find(|word| !word.is_flag());
    }
    let first = arguments.iter().find(|word| !word.is_flag())?;
    (first.text == "start"
        || matches!(name, "pnpm" | "yarn" | "bun") && matches!(first.text.as_str(), "dev" | "develop" | "serve"))
    .then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(text: &str) -> Vec<String> {
        let dockerfile = Dockerfile::parse(text);
        let commands = started(&dockerfile, dockerfile.final_stage().unwrap());
        commands.iter().filter_map(|command| Some(development_server(program(command))?.0)).collect()
    }

    #[test]
    fn servers_for_development() {
        for (line, server) in [
            ("CMD [\"uvicorn\", \"app:app\", \"--reload\"]", "uvicorn --reload"),
            ("CMD poetry run uvicorn app:app --reload", "uvicorn --reload"),
            ("CMD python -m flask --app x run", "flask run"),
            ("CMD python manage.py migrate && python manage.py runserver 0.0.0.0:80", "manage.py runserver"),
            ("ENTRYPOINT [\"python3\"]\nCMD [\"manage.py\", \"runserver\"]", "manage.py runserver"),
            ("ENTRYPOINT [\"npm\", \"run\"]\nCMD [\"dev\"]", "npm run dev"),
            ("CMD sh -c 'exec npx vite --host 0.0.0.0'", "vite"),
            ("CMD [\"yarn\", \"dev\"]", "yarn run dev"),
            ("CMD [\"php\", \"artisan\", \"serve\"]", "php artisan serve"),
            ("ENTRYPOINT [\"/entrypoint.sh\"]\nCMD [\"nodemon\", \"x.js\"]", "nodemon"),
        ] {
            assert_eq!(servers(&format!("FROM x\n{line}\n")), [server], "{line}");
        }
    }

    #[test]
    fn other_programs() {
        for line in [
            "CMD [\"uvicorn\", \"app:app\"]",
            "CMD if [ \"$DEBUG\" ]; then flask run; else gunicorn app; fi",
            "CMD [ -n \"$DEBUG\" ] && flask run || gunicorn app",
            "CMD [\"npx\", \"vite\", \"build\"]",
            "CMD [\"npm\", \"start\"]",
            "CMD [\"npm\"]",
            "CMD [\"npm\", \"run\"]",
            "CMD []",
            "CMD [\"poetry\"]",
            "CMD [\"npx\"]",
            "CMD [\"next\", \"start\"]",
            "CMD",
        ] {
            assert!(servers(&format!("FROM x\n{line}\n")).is_empty(), "{line}");
        }
    }
}
