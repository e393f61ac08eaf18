use super::*;
use crate::dockerfile::model::Dockerfile;

/// The file after the plan; `None` when there is none.
fn fixed(text: &str) -> Option<String> {
    let dockerfile = Dockerfile::parse(text);
    let plan = plan(&dockerfile, text, dockerfile.final_stage()?)?;
    let mut edits = plan.edits;
    edits.sort_by_key(|(span, _)| (span.start(), span.end()));
    let mut fixed = text.to_owned();
    for (span, replacement) in edits.iter().rev() {
        fixed.replace_range(span.start()..span.end(), replacement);
    }
    let again = Dockerfile::parse(&fixed);
    assert_eq!(super::plan(&again, &fixed, again.final_stage().unwrap()), None, "a second time:\n{fixed}");
    let problems = |dockerfile: &Dockerfile| dockerfile.tree.problems.len();
    assert_eq!(problems(&again), problems(&dockerfile), "{fixed}");
    Some(fixed)
}

fn becomes(text: &str, want: &str) {
    assert_eq!(fixed(text).as_deref(), Some(want), "of:\n{text}");
}

#[test]
fn accounts_in_the_idiom_of_the_base() {
    let cases = [
        (
            "python:3.13-slim",
            "RUN groupadd --gid 10001 app && \\\n    useradd --uid 10001 --gid app --create-home --shell /usr/sbin/nologin app\nUSER 10001\n",
        ),
        ("python:3.13-alpine", "RUN addgroup -S -g 10001 app && \\\n    adduser -S -D -u 10001 -G app app\nUSER 10001\n"),
        (
            "registry.access.redhat.com/ubi9/ubi:9.4",
            "RUN groupadd --gid 10001 app && \\\n    useradd --uid 10001 --gid app --create-home --shell /sbin/nologin app\nUSER 10001\n",
        ),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "USER 10001:10001\n"),
        ("amazonlinux:2023", "USER 10001:10001\n"),
        ("node:24-slim", "USER node\n"),
        ("php:8.4-cli", "USER www-data\n"),
        ("mcr.microsoft.com/dotnet/aspnet:9.0", "USER app\n"),
        ("mcr.microsoft.com/dotnet/aspnet:6.0", "USER 10001:10001\n"),
        ("gcr.io/distroless/python3-debian12", "USER 65532:65532\n"),
        ("scratch", "USER 10001:10001\n"),
    ];
    for (image, lines) in cases {
        let text = format!("FROM {image}\nCMD [\"python\", \"x.py\"]\n");
        becomes(&text, &format!("FROM {image}\n{lines}CMD [\"python\", \"x.py\"]\n"));
    }
}

#[test]
fn the_application_and_its_folder() {
    becomes(
        "FROM node:24\n\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY . .\n\nEXPOSE 3000\n\n# Start\nCMD [\"node\", \"server.js\"]\n",
        "FROM node:24\n\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY --chown=node:node . .\n\nEXPOSE 3000\n\nRUN chown node:node /app\nUSER node\n\n# Start\nCMD [\"node\", \"server.js\"]\n",
    );
    // A COPY that makes the folder gives it away by itself.
    becomes(
        "FROM node:24\nCOPY . /app\nWORKDIR /app\nCMD [\"node\", \"server.js\"]\n",
        "FROM node:24\nCOPY --chown=node:node . /app\nWORKDIR /app\nUSER node\nCMD [\"node\", \"server.js\"]\n",
    );
    // A runtime that reads an archive writes nothing beside it.
    becomes(
        "FROM node:24 AS web\nFROM eclipse-temurin:21-jre-alpine\nWORKDIR /app\nCOPY . .\nCMD [\"java\", \"-jar\", \"app.jar\"]\n",
        "FROM node:24 AS web\nFROM eclipse-temurin:21-jre-alpine\nWORKDIR /app\nCOPY . .\nRUN addgroup -S -g 10001 app && \\\n    adduser -S -D -u 10001 -G app app\nUSER 10001\nCMD [\"java\", \"-jar\", \"app.jar\"]\n",
    );
    // Servers for development keep caches among the packages.
    becomes(
        "FROM node:24\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCMD npm run dev\n",
        "FROM node:24\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nRUN chown node:node /app /app/node_modules\nUSER node\nCMD npm run dev\n",
    );
}

#[test]
fn folders_that_are_written_to() {
    // Those of RUN, in the RUN that makes them.
    becomes(
        "FROM node:24\nWORKDIR /srv\nRUN mkdir -p logs/a uploads src && mkdir /var/log/web\nCMD [\"node\", \"x.js\"]\n",
        "FROM node:24\nWORKDIR /srv\nRUN mkdir -p logs/a uploads src && mkdir /var/log/web && chown -R node:node logs uploads /var/log/web\nUSER node\nCMD [\"node\", \"x.js\"]\n",
    );
    // Those that it opens to everybody, or takes away, need nothing.
    becomes(
        "FROM node:24\nRUN mkdir -p /app/logs /app/tmp && chmod 777 /app/logs\nRUN rm -rf /app/tmp\nCMD [\"node\", \"x.js\"]\n",
        "FROM node:24\nRUN mkdir -p /app/logs /app/tmp && chmod 777 /app/logs\nRUN rm -rf /app/tmp\nUSER node\nCMD [\"node\", \"x.js\"]\n",
    );
    // A volume keeps what its folder is when it is declared.
    becomes(
        "FROM node:24\nVOLUME /data /tmp\nEXPOSE 80\nCMD [\"node\", \"x.js\"]\n",
        "FROM node:24\nRUN mkdir -p /data && \\\n    chown node:node /data\nVOLUME /data /tmp\nEXPOSE 80\nUSER node\nCMD [\"node\", \"x.js\"]\n",
    );
    // Named by variables and options.
    becomes(
        "FROM node:24\nENV UPLOAD_DIR=/srv/uploads DATABASE_URL=sqlite:////var/lib/app/app.db PORT=80\nCMD [\"node\", \"x.js\", \"--cache-dir\", \"/var/cache/app\", \"--datadir=/data\"]\n",
        "FROM node:24\nENV UPLOAD_DIR=/srv/uploads DATABASE_URL=sqlite:////var/lib/app/app.db PORT=80\nRUN mkdir -p /srv/uploads /var/lib/app /var/cache/app /data && \\\n    chown node:node /srv/uploads /var/lib/app /var/cache/app /data\nUSER node\nCMD [\"node\", \"x.js\", \"--cache-dir\", \"/var/cache/app\", \"--datadir=/data\"]\n",
    );
    // What lands in them, and what only its owner may read.
    becomes(
        "FROM node:24\nVOLUME /data\nCOPY seed.db /data/\nCOPY --chmod=600 key.pem /app/\nADD https://example.com/x.js /app/\nADD --link --chmod=400 a /b\nCMD [\"node\", \"/app/x.js\"]\n",
        "FROM node:24\nRUN mkdir -p /data && \\\n    chown node:node /data\nVOLUME /data\nCOPY --chown=node:node seed.db /data/\nCOPY --chmod=600 --chown=node:node key.pem /app/\nADD --chown=node:node https://example.com/x.js /app/\nADD --link --chmod=400 --chown=1000:1000 a /b\nUSER node\nCMD [\"node\", \"/app/x.js\"]\n",
    );
}

#[test]
fn packages_of_root_move() {
    becomes(
        "FROM python:3.13 AS build\nRUN pip install --user --no-cache-dir -r requirements.txt\n\nFROM python:3.13-slim\nWORKDIR /app\nCOPY --from=build /root/.local /root/.local\nENV PATH=/root/.local/bin:$PATH\nCOPY . .\nCMD [\"uvicorn\", \"main:app\"]\n",
        "FROM python:3.13 AS build\nRUN pip install --user --no-cache-dir -r requirements.txt\n\nFROM python:3.13-slim\nWORKDIR /app\nRUN groupadd --gid 10001 app && \\\n    useradd --uid 10001 --gid app --create-home --shell /usr/sbin/nologin app && \\\n    chown app:app /app\nCOPY --from=build --chown=app:app /root/.local /home/app/.local\nENV PATH=/home/app/.local/bin:$PATH\nCOPY --chown=app:app . .\nUSER 10001\nCMD [\"uvicorn\", \"main:app\"]\n",
    );
    becomes(
        "FROM python:3.13-alpine\nRUN pip install --user --no-cache-dir flask\nENV PATH=/root/.local/bin:$PATH\nCMD [\"flask\", \"run\"]\n",
        "FROM python:3.13-alpine\nRUN pip install --no-cache-dir flask\nRUN addgroup -S -g 10001 app && \\\n    adduser -S -D -u 10001 -G app app\nUSER 10001\nCMD [\"flask\", \"run\"]\n",
    );
}

#[test]
fn the_account_of_the_author() {
    becomes(
        "FROM python:3.13-slim\nRUN useradd --create-home web && mkdir /logs && chown web /logs\nCOPY . .\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13-slim\nRUN useradd --create-home web && mkdir /logs && chown web /logs\nCOPY . .\nUSER web\nCMD [\"python\", \"x.py\"]",
    );
}

#[test]
fn layout_and_stages() {
    // Inherited commands; comments stay with their instruction, and the last line has no newline.
    becomes(
        "from node:24 as base\nworkdir /app\nexpose 80\ncmd [\"node\", \"x.js\"]\nfrom base\n# All of it\ncopy . .",
        "from node:24 as base\nworkdir /app\nexpose 80\ncmd [\"node\", \"x.js\"]\nfrom base\n# All of it\ncopy --chown=node:node . .\nrun chown node:node /app\nuser node",
    );
    becomes(
        "# escape=`\nFROM python:3.13-alpine\nCMD [\"python\", \"x.py\"]\nRUN true `\n    && true\n",
        "# escape=`\nFROM python:3.13-alpine\nCMD [\"python\", \"x.py\"]\nRUN true `\n    && true\nRUN addgroup -S -g 10001 app `\n    && adduser -S -D -u 10001 -G app app\nUSER 10001\n",
    );
    becomes(
        "FROM node:24\nWORKDIR /app\nRUN <<EOF\nset -e\nmkdir uploads\nEOF\nENTRYPOINT [\"dumb-init\", \"--\", \"node\", \"x.js\"]\n",
        "FROM node:24\nWORKDIR /app\nRUN <<EOF\nset -e\nmkdir uploads\nchown -R node:node uploads\nEOF\nUSER node\nENTRYPOINT [\"dumb-init\", \"--\", \"node\", \"x.js\"]\n",
    );
}

#[test]
fn no_plan_is_better_than_a_wrong_one() {
    for text in [
        // Nothing is known of the base, or it is not root that runs.
        "FROM example/x\nCMD [\"node\", \"x.js\"]",
        "FROM $X\nCMD [\"node\", \"x.js\"]",
        "FROM node:24\nUSER node\nCMD [\"node\", \"x.js\"]",
        "FROM node:24\nUSER root\nCMD [\"node\", \"x.js\"]",
        "FROM node:24\nUSER node\nRUN true\nFROM node:24 AS b\nUSER $X\nCMD [\"node\", \"x.js\"]",
        // What is started may need root, or is unknown.
        "FROM node:24",
        "FROM node:24\nCMD [\"node\"]",
        "FROM python:3.13\nCMD [\"/start.sh\"]",
        "FROM python:3.13\nCMD [\"sh\", \"start.sh\"]",
        "FROM python:3.13\nCMD apt-get update && python x.py",
        "FROM python:3.13\nCMD pip install -r requirements.txt && python x.py",
        "FROM python:3.13\nCMD chown -R app /data && python x.py",
        "FROM node:24\nCMD npm install && npm start",
        "FROM node:24\nCMD node x.js > /var/log/x.log",
        "FROM python:3.13\nCMD [\"gunicorn\", \"--pid\", \"/var/run/x.pid\", \"app\"]",
        "FROM python:3.13\nENTRYPOINT [\"/entrypoint.sh\"]\nCMD [\"gunicorn\", \"app\"]",
        "FROM debian:13\nEXPOSE 11300\nCMD [\"beanstalkd\"]",
        "FROM debian:13\nRUN apt-get install -y gosu\nCMD [\"gosu\", \"x\", \"node\", \"x.js\"]",
        // In the home of root.
        "FROM python:3.13\nWORKDIR /root/app\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nCOPY x /root/x\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nENV HF_HOME=/root/models\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nRUN python -m nltk.downloader punkt\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nRUN playwright install chromium\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nRUN poetry install\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nRUN curl -sSf https://sh.rustup.rs | sh -s -- -y\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nRUN python -m venv ~/venv\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13 AS b\nRUN pipx install x\nFROM python:3.13\nCOPY --from=b /root/.local /root/.local\nCMD [\"python\", \"x.py\"]",
        // Folders that cannot change hands.
        "FROM scratch\nVOLUME /data\nCMD [\"/x\"]",
        "FROM node:24\nVOLUME /var/run/docker.sock\nCMD [\"node\", \"x.js\"]",
        "FROM node:24\nENV LOG_FILE=/var/log/app.log\nCMD [\"node\", \"x.js\"]",
        "FROM node:24\nRUN chmod 700 /app\nCMD [\"node\", \"x.js\"]",
        // A base of others, and accounts that are as good as root.
        "FROM node:24\nONBUILD COPY . .\nCMD [\"node\", \"x.js\"]",
        "FROM python:3.13\nRUN useradd dev && usermod -aG docker dev\nCMD [\"python\", \"x.py\"]",
        "FROM python:3.13\nRUN useradd a && useradd b\nCMD [\"python\", \"x.py\"]",
    ] {
        assert_eq!(fixed(text), None, "{text}");
    }
}
