use super::*;

/// Shell texts and the commands in them, as [`show`] writes them.
pub(super) const BODIES: &[(&str, &[&str])] = &[
    (
        "apt-get update && apt-get install -y --no-install-recommends curl=8.* \"ca-certificates\" && rm -rf /var/lib/apt/lists/*",
        &[
            "apt-get update",
            "&& apt-get install -y --no-install-recommends curl=8.*~ ca-certificates",
            "&& rm -rf /var/lib/apt/lists/*~",
        ],
    ),
    (
        "set -eux; apk add --no-cache --virtual .deps gcc musl-dev; pip install -r requirements.txt; apk del .deps",
        &[
            "set -eux",
            "; apk add --no-cache --virtual .deps gcc musl-dev",
            "; pip install -r requirements.txt",
            "; apk del .deps",
        ],
    ),
    ("curl -fsSL https://example.org/install.sh | sh", &["curl -fsSL https://example.org/install.sh", "| sh"]),
    (
        "curl -fsSL \"https://example.org/$VERSION/key.asc\" | gpg --dearmor > /usr/share/keyrings/x.gpg",
        &["curl -fsSL https://example.org/$VERSION/key.asc~", "| gpg --dearmor [> /usr/share/keyrings/x.gpg]"],
    ),
    (
        "wget -qO- https://example.org/a.tgz | tar -xz -C /opt --strip-components=1 || exit 1",
        &["(?) wget -qO- https://example.org/a.tgz", "| (?) tar -xz -C /opt --strip-components=1", "|| exit 1"],
    ),
    (
        "cd /tmp && make -j\"$(nproc)\" && make install; cd ..",
        &["cd /tmp", "&& make -j$(nproc)~", "  ($) nproc", "&& make install", "; cd .."],
    ),
    (
        "if [ \"$TARGETARCH\" = amd64 ]; then apt-get install -y a; elif [ -f /b ]; then b; else c && d; fi",
        &["  (?) [ $TARGETARCH~ = amd64 ]", "  apt-get install -y a", "  (?) [ -f /b ]", "  b", "  c", "  && d"],
    ),
    ("for f in *.txt; do echo \"$f\"; rm -- \"$f\"; done && ls", &["  echo $f~", "  ; rm -- $f~", "&& ls"]),
    ("while read -r line; do echo $line; done < list.txt", &["  (?) read -r line", "  echo $line~"]),
    ("until curl -sf localhost:8080/health; do sleep 1; done", &["  (?) curl -sf localhost:8080/health", "  sleep 1"]),
    (
        "case \"$arch\" in amd64|x86_64) a ;; arm*) b; c ;; *) echo unknown >&2; exit 1 ;; esac",
        &["  a", "  b", "  ; c", "  echo unknown [>& 2]", "  ; exit 1"],
    ),
    ("( cd /src && make ) && rm -rf /src", &["  cd /src", "  && make", "&& rm -rf /src"]),
    ("{ echo a; echo b; } > /etc/x.conf", &["  echo a", "  ; echo b"]),
    ("f() { local x=1; echo \"$x\"; }; f", &["  (f) local x=1", "  ; (f) echo $x~", "; f"]),
    ("function g { apt-get update; } && g", &["  (f) apt-get update", "&& g"]),
    ("! grep -q root /etc/passwd && echo none", &["(!) grep -q root /etc/passwd", "&& echo none"]),
    ("echo hi > /dev/null 2>&1 &", &["(&) echo hi [> /dev/null] [2>& 1]"]),
    ("sleep 10 & wait", &["(&) sleep 10", "& wait"]),
    (
        "sudo apt-get update && sudo -E -u root apt-get install -y git",
        &["<sudo> apt-get update", "&& <sudo -E -u root> apt-get install -y git"],
    ),
    ("DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata", &["DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata"]),
    (
        "env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -y install tzdata",
        &["<env DEBIAN_FRONTEND=noninteractive LC_ALL=C> apt-get -y install tzdata"],
    ),
    ("exec gosu postgres \"$@\"", &["<exec> <gosu postgres> $@~"]),
    ("exec /usr/bin/tini -- nginx -g 'daemon off;'", &["<exec> </usr/bin/tini --> nginx -g daemon·off;"]),
    ("time make && nice -n 19 make test", &["<time> make", "&& <nice -n 19> make test"]),
    ("timeout -s KILL 5m npm ci", &["<timeout -s KILL 5m> npm ci"]),
    ("find / -name '*.pyc' -print0 | xargs -0 -r rm -f", &["find / -name *.pyc -print0", "| <xargs -0 -r> rm -f"]),
    ("find . -type f -exec chmod 644 {} \\; -o -name x -delete", &["find . -type f -exec chmod 644 {} ; -o -name x -delete"]),
    (
        "sh -c 'apt-get update && apt-get install -y vim'",
        &["sh -c apt-get·update·&&·apt-get·install·-y·vim", "  (c) apt-get update", "  && (c) apt-get install -y vim"],
    ),
    (
        "/bin/bash -exo pipefail -c \"curl $URL | tar xz; echo \\\"done\\\"\"",
        &[
            "/bin/bash -exo pipefail -c curl·$URL·|·tar·xz;·echo·\"done\"~",
            "  (c) curl $URL~",
            "  | (c) tar xz",
            "  ; (c) echo done",
        ],
    ),
    (
        "su - app -c 'pip install x' && eval 'a; b'",
        &["su - app -c pip·install·x", "  (c) pip install x", "&& eval a;·b", "  (c) a", "  ; (c) b"],
    ),
    (
        "sudo sh -c \"echo deb http://x y > /etc/apt/sources.list\"",
        &["<sudo> sh -c echo·deb·http://x·y·>·/etc/apt/sources.list", "  (c) echo deb http://x y [> /etc/apt/sources.list]"],
    ),
    ("X=1 Y=\"a b\" Z=$(date)", &["X=1 Y=a·b Z=$(date)~", "  ($) date"]),
    ("export PATH=\"/opt/bin:$PATH\" LANG=C && readonly R", &["export PATH=/opt/bin:$PATH~ LANG=C", "&& readonly R"]),
    ("[[ -f /a && ! -d \"$b\" ]] || exit 2", &["(?) [[ -f /a && ! -d $b~ ]]", "|| exit 2"]),
    ("(( n > 3 )) && echo $((n+1))", &["(( ·n·>·3· ))", "&& echo $((n+1))~"]),
    ("echo \"${X:-$(cmd a)}\" ${Y%%.*} ${#Z}", &["echo ${X:-$(cmd·a)}~ ${Y%%.*}~ ${#Z}~", "  ($) cmd a"]),
    ("arr=(one \"two $(three)\") && echo \"${arr[@]}\"", &["arr=(one·\"two·$(three)\")~", "  ($) three", "&& echo ${arr[@]}~"]),
    ("cat <<EOF2 > /etc/x && chmod 600 /etc/x", &["cat [<< EOF2] [> /etc/x]", "&& chmod 600 /etc/x"]),
    ("cat <<< \"$X\" | wc -l", &["cat [<<< $X~]", "| wc -l"]),
    ("diff <(sort a) <(sort b)", &["diff <(sort·a)~ <(sort·b)~", "  ($) sort a", "  ($) sort b"]),
    ("echo `hostname -f` \"$(id -u)\"", &["echo `hostname·-f`~ $(id·-u)~", "  ($) hostname -f", "  ($) id -u"]),
    ("echo a}b && sudo ls }", &["echo a}b", "&& <sudo> ls }"]),
    ("echo %{http_code} {{x}} {} '}' \"}\"", &["echo %{http_code} {{x}} {} } }"]),
    ("echo \"a\\\"b\\$c\" 'd\\e' f\\ g\\\\ $'h\\ti'", &["echo a\"b$c d\\e f·g\\ h\ti"]),
    ("echo ~/x ~ a~ [a-z] [ a ] a? '*' \"\\*\" \\*", &["echo ~/x~ ~~ a~ [a-z]~ [ a ] a?~ * \\* *"]),
    ("echo {a,b} {1..3} {a} '{c,d}'", &["echo {a,b}~ {1..3}~ {a} {c,d}"]),
    ("echo # comment && rm -rf /", &["echo"]),
    ("true; # comment", &["true"]),
    ("pip install 'foo[bar]==1.0' \"baz>=2,<3\" qux[quux]", &["pip install foo[bar]==1.0 baz>=2,<3 qux[quux]~"]),
    ("npm --prefix /app run build -- --prod", &["npm --prefix /app run build -- --prod"]),
    (
        "git clone --depth=1 -b \"v${VERSION}\" https://github.com/x/y.git /y",
        &["git clone --depth=1 -b v${VERSION}~ https://github.com/x/y.git /y"],
    ),
    ("a || b && c | d; e & f", &["(?) a", "|| b", "&& c", "| d", "; (&) e", "& f"]),
    ("a | b | c |& d", &["a", "| b", "| c", "| d"]),
    ("a && { b || true; } && c", &["a", "  (?) b", "  || true", "&& c"]),
    ("a && if b; then c; fi && d", &["a", "  (?) b", "  c", "&& d"]),
    ("{ a; b; } | ( c; d ) | while read x; do e; done", &["  a", "  ; b", "  c", "  ; d", "  (?) read x", "  e"]),
    ("select x in a b; do echo $x; done", &["  echo $x~"]),
    ("for ((i=0; i<$(n); i++)); do echo $i; done", &["  ($) n", "  echo $i~"]),
    ("coproc cat", &["(&) cat"]),
    ("command -v curl >/dev/null || apk add curl", &["(?) command -v curl [> /dev/null]", "|| apk add curl"]),
    (
        "useradd -m -s /bin/bash app ; chown -R app:app \"/home/app\"",
        &["useradd -m -s /bin/bash app", "; chown -R app:app /home/app"],
    ),
    ("echo ünïcödé \"日本語 $X\" 'é' | sed 's/é/e/'", &["echo ünïcödé 日本語·$X~ é", "| sed s/é/e/"]),
    (
        "echo \"$(echo \"$(echo \"deep\")\")\"",
        &["echo $(echo·\"$(echo·\"deep\")\")~", "  ($) echo $(echo·\"deep\")~", "    ($) echo deep"],
    ),
    ("set -o pipefail && curl x | bash -s -- --yes", &["set -o pipefail", "&& curl x", "| bash -s -- --yes"]),
    (
        "$PYTHON -m pip install x; \"$JAVA_HOME/bin/java\" -version; ${X}/bin/y",
        &["$PYTHON~ -m pip install x", "; $JAVA_HOME/bin/java~ -version", "; ${X}/bin/y~"],
    ),
    ("2>/dev/null ls; >out", &["ls [2> /dev/null]", "; [> out]"]),
    ("trap 'rm -f \"$tmp\"' EXIT", &["trap rm·-f·\"$tmp\" EXIT"]),
    ("! a | b", &["(!) a", "| (!) b"]),
    ("chroot /target apt-get update", &["chroot /target apt-get update"]),
    ("xargs < list apt-get install -y", &["<xargs> apt-get install -y [< list]"]),
    ("env", &["env"]),
    ("exec > log 2>&1", &["exec [> log] [2>& 1]"]),
    ("return 1; exit; break 2; continue", &["return 1", "; exit", "; break 2", "; continue"]),
    ("echo a;", &["echo a"]),
    ("if a; then b; fi > log", &["  (?) a", "  b"]),
    ("while a; do b && break; done | c", &["  (?) a", "  b", "  && break", "| c"]),
    ("f () ( a; b )", &["  (f) a", "  ; (f) b"]),
    ("dumb-init -c -- su-exec nobody:nogroup stdbuf -oL app", &["<dumb-init -c --> <su-exec nobody:nogroup> <stdbuf -oL> app"]),
    ("printf '%s\\n' a b >> /etc/f", &["printf %s\\n a b [>> /etc/f]"]),
    (". /etc/os-release && echo \"$ID\"", &[". /etc/os-release", "&& echo $ID~"]),
    ("test -x a -a -d b && : > /x", &["test -x a -a -d b", "&& : [> /x]"]),
    ("rm -rf \"${DIR:?}\"/* /tmp/?", &["rm -rf ${DIR:?}/*~ /tmp/?~"]),
    ("command apt-get update; builtin cd /x; \\ls", &["<command> apt-get update", "; <builtin> cd /x", "; ls"]),
];

#[test]
fn bodies_are_read_as_their_commands() {
    assert!(BODIES.len() >= 60);
    for (text, expected) in BODIES {
        let script = read(text);
        assert!(script.clean, "{text}");
        assert_eq!(show_all(&script), *expected, "{text}");
    }
}
