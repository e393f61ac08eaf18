use std::fs::{create_dir, create_dir_all, write};

use super::*;

/// A folder with files; the last parts of the paths are made as needed.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        create_dir_all(path.parent().unwrap()).unwrap();
        write(path, content).unwrap();
    }
    folder
}

fn request(folder: &tempfile::TempDir, paths: &[&str]) -> Request {
    let paths = paths.iter().map(PathBuf::from).collect();
    Request { paths, current_directory: folder.path().to_path_buf(), ..Request::default() }
}

fn run(folder: &tempfile::TempDir, paths: &[&str]) -> Discovered {
    discover(&request(folder, paths))
}

fn paths(discovered: &Discovered) -> Vec<&str> {
    discovered.files.iter().map(|file| file.path.as_str()).collect()
}

/// The messages of errors by path, and whether the path was named.
fn errors(discovered: &Discovered) -> Vec<(&str, &str, bool)> {
    discovered.errors.iter().map(|error| (error.path.as_str(), error.message.as_str(), error.named)).collect()
}

const FROM: &str = "FROM a:1\n";
const SERVICES: &str = "services:\n  a:\n    image: b\n";

#[test]
fn a_walk_finds_every_kind_and_sorts() {
    let folder = tree(&[
        ("b/Dockerfile", FROM),
        ("a/stack.yml", SERVICES),
        ("a/.hidden/site.conf", "server { listen 80; }"),
        (".env", "A=b"),
        ("README.md", FROM),
        ("src/main.py", "import os"),
        ("a/values.yml", "a: b\n"),
    ]);
    let found = run(&folder, &[]);
    assert_eq!(paths(&found), [".env", "a/.hidden/site.conf", "a/stack.yml", "b/Dockerfile"]);
    assert_eq!(
        found.files.iter().map(|file| file.kind).collect::<Vec<_>>(),
        [Kind::Env, Kind::Nginx, Kind::Compose, Kind::Dockerfile]
    );
    assert!(found.errors.is_empty());
    assert_eq!(found.skipped, 1);
    assert_eq!(found.files[3].location.as_deref(), Some(folder.path().join("b/Dockerfile").as_path()));
    assert!(!found.files[3].explicit);
}

#[test]
fn paths_are_relative_with_dots_dropped_and_parents_kept() {
    let folder = tree(&[("a/Dockerfile", FROM), ("b/Dockerfile", FROM)]);
    let mut request = request(&folder, &["./.", "../b/./Dockerfile", "../b"]);
    request.current_directory = folder.path().join("a");
    assert_eq!(paths(&discover(&request)), ["../b/Dockerfile", "Dockerfile"]);
    request.paths = vec![folder.path().join("a").join("Dockerfile")];
    assert_eq!(paths(&discover(&request)), ["Dockerfile"]);
    request.paths = vec![folder.path().join("b")];
    assert_eq!(paths(&discover(&request)), [folder.path().join("b/Dockerfile").to_str().unwrap()]);
}

#[test]
fn a_file_that_is_named_and_walked_is_there_once_and_named() {
    let folder = tree(&[("Dockerfile", FROM)]);
    let found = run(&folder, &[".", "Dockerfile", "./Dockerfile"]);
    assert_eq!(paths(&found), ["Dockerfile"]);
    assert!(found.files[0].explicit);
}

#[test]
fn gitignore_holds_for_walks_and_not_for_named_files() {
    let folder = tree(&[("Dockerfile", FROM), ("out/Dockerfile", FROM), (".gitignore", "out/\n"), (".git/Dockerfile", FROM)]);
    assert_eq!(paths(&run(&folder, &[])), ["Dockerfile"]);
    assert_eq!(paths(&run(&folder, &["out/Dockerfile"])), ["out/Dockerfile"]);
}

#[test]
fn excludes_hold_for_walks_and_for_named_paths_when_forced() {
    let folder =
        tree(&[("Dockerfile", FROM), ("vendor/x/Dockerfile", FROM), ("a/b/Dockerfile", FROM), ("a/c/Dockerfile.dev", FROM)]);
    let excluding = |exclude: &str, paths: &[&str], force_exclude: bool| {
        let excluded = folder.path().join(exclude);
        let exclude: Option<Exclude> = Some(std::sync::Arc::new(move |path: &Path| path == excluded));
        discover(&Request { exclude, force_exclude, ..request(&folder, paths) })
    };
    assert_eq!(paths(&excluding("vendor", &[], false)), ["Dockerfile", "a/b/Dockerfile", "a/c/Dockerfile.dev"]);
    assert_eq!(paths(&excluding("a/b/Dockerfile", &["a"], false)), ["a/c/Dockerfile.dev"]);
    assert_eq!(paths(&excluding("vendor", &["vendor/x/Dockerfile", "vendor"], false)), ["vendor/x/Dockerfile"]);
    let forced = excluding("vendor", &["vendor/x/Dockerfile", "vendor", "Dockerfile"], true);
    assert_eq!((paths(&forced), forced.excluded), (vec!["Dockerfile"], 2));
}

#[test]
fn a_named_file_without_a_telling_name_is_judged_by_its_content() {
    let folder = tree(&[("images/base", FROM), ("notes.txt", "hello"), ("run.sh", "echo")]);
    let found = run(&folder, &["images/base", "notes.txt", "run.sh"]);
    assert_eq!((paths(&found), found.skipped), (vec!["images/base"], 2));
    assert_eq!(paths(&run(&folder, &[])), Vec::<&str>::new());
}

#[test]
fn a_kind_can_be_forced() {
    let folder = tree(&[("a.txt", "x"), ("Dockerfile", FROM), ("a.conf", "server { listen 80; }")]);
    let forced = |kind, paths: &[&str]| discover(&Request { kind: Some(kind), ..request(&folder, paths) });
    assert_eq!(forced(Kind::Nginx, &["a.txt"]).files[0].kind, Kind::Nginx);
    assert_eq!(paths(&forced(Kind::Nginx, &[])), ["a.conf"]);
}

#[test]
fn what_is_missing_is_an_error_where_it_was_named() {
    let folder = tree(&[]);
    let found = run(&folder, &["nowhere/Dockerfile", "."]);
    assert_eq!(errors(&found), [("nowhere/Dockerfile", "no such file or directory", true)]);
}

#[test]
fn a_folder_called_dockerfile_is_walked() {
    let folder = tree(&[("Dockerfile/Dockerfile.a", FROM)]);
    assert_eq!(paths(&run(&folder, &[])), ["Dockerfile/Dockerfile.a"]);
    assert_eq!(paths(&run(&folder, &["Dockerfile"])), ["Dockerfile/Dockerfile.a"]);
}

#[test]
fn odd_bytes_are_read_under_a_certain_name() {
    let folder = tree(&[("a/Dockerfile", ""), ("c/a.conf", "\0\0"), ("c/b.yml", "\0\0")]);
    create_dir(folder.path().join("b")).unwrap();
    write(folder.path().join("b/Dockerfile"), b"FROM a\0\xff\n").unwrap();
    let found = run(&folder, &[]);
    assert_eq!(paths(&found), ["a/Dockerfile", "b/Dockerfile"]);
    assert_eq!(found.files[1].bytes(), b"FROM a\0\xff\n");
}

#[test]
fn a_large_tree_is_found_whole() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..2 * FEW_ENTRIES {
        create_dir(folder.path().join(at.to_string())).unwrap();
        write(folder.path().join(at.to_string()).join("Dockerfile"), FROM).unwrap();
    }
    let found = run(&folder, &[]);
    assert_eq!(found.files.len(), 2 * FEW_ENTRIES);
    assert!(found.files.is_sorted_by(|a, b| a.path < b.path));
}

#[test]
fn a_file_longer_than_the_head_is_read_whole() {
    let long = format!("{}\nservices:\n  a:\n    image: b\n", "# long\n".repeat(20_000));
    let folder = tree(&[("a.yml", &long), ("b.yml", &format!("{SERVICES}{}", "# long\n".repeat(20_000)))]);
    let found = run(&folder, &[]);
    assert_eq!(paths(&found), ["a.yml", "b.yml"]);
    assert_eq!(found.files[0].text(), long);
    assert_eq!(found.files[1].text().len(), SERVICES.len() + 140_000);
}

#[test]
fn a_file_that_is_too_large_is_an_error_of_that_file() {
    let folder = tree(&[("Dockerfile", FROM), ("a/other.conf", "[x]\n")]);
    for path in ["Dockerfile", "a/other.conf"] {
        File::options().write(true).open(folder.path().join(path)).unwrap().set_len(MAX_BYTES + 1).unwrap();
    }
    assert_eq!(errors(&run(&folder, &[])), [("Dockerfile", "is larger than 256 MiB", false)]);
    assert_eq!(errors(&run(&folder, &["Dockerfile"])), [("Dockerfile", "is larger than 256 MiB", true)]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    fn fifo(path: &Path) {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn special_files_are_never_opened() {
        let folder = tree(&[("x/Dockerfile", FROM)]);
        fifo(&folder.path().join("Dockerfile"));
        fifo(&folder.path().join("pipe.conf"));
        let _listener = UnixListener::bind(folder.path().join("compose.yml")).unwrap();
        let found = run(&folder, &[]);
        assert_eq!(paths(&found), ["x/Dockerfile"]);
        assert_eq!(
            errors(&found),
            [("Dockerfile", "is a named pipe, not a file", false), ("compose.yml", "is a socket, not a file", false)]
        );
        assert_eq!(errors(&run(&folder, &["pipe.conf"])), [("pipe.conf", "is a named pipe, not a file", true)]);
        assert_eq!(errors(&run(&folder, &["/dev/null"])), [("/dev/null", "is a device, not a file", true)]);
    }

    #[test]
    fn links_within_the_tree_are_read_once() {
        let folder = tree(&[("docker/base", FROM), ("conf/site.conf", "server { listen 80; }")]);
        let link = |to: &str, from: &str| symlink(to, folder.path().join(from)).unwrap();
        link("docker/base", "Dockerfile");
        link("docker/base", "Dockerfile.again");
        link("conf/site.conf", "site.conf");
        link("conf", "linked");
        assert_eq!(paths(&run(&folder, &[])), ["Dockerfile", "conf/site.conf"]);
        assert_eq!(paths(&run(&folder, &["site.conf"])), ["site.conf"]);
    }

    #[test]
    fn links_out_of_the_tree_are_followed_only_when_named() {
        let outside = tree(&[("Dockerfile", FROM), ("a/Dockerfile", FROM)]);
        let folder = tree(&[]);
        symlink(outside.path().join("Dockerfile"), folder.path().join("Dockerfile")).unwrap();
        symlink(outside.path().join("a"), folder.path().join("a")).unwrap();
        let found = run(&folder, &[]);
        assert_eq!(errors(&found), [("Dockerfile", "is a symbolic link out of the tree; name it to have it read", false)]);
        assert!(found.files.is_empty());
        assert_eq!(paths(&run(&folder, &["Dockerfile", "a"])), ["Dockerfile", "a/Dockerfile"]);
    }

    #[test]
    fn links_that_lead_nowhere_are_errors() {
        let folder = tree(&[]);
        symlink("gone", folder.path().join("Dockerfile")).unwrap();
        symlink("gone", folder.path().join("a.conf")).unwrap();
        symlink("Dockerfile.loop", folder.path().join("Dockerfile.loop")).unwrap();
        symlink(".", folder.path().join("again")).unwrap();
        let found = run(&folder, &[]);
        let messages = errors(&found);
        assert_eq!(messages[0], ("Dockerfile", "is a symbolic link that leads nowhere: no such file or directory", false));
        assert_eq!((messages[1].0, messages[1].2, messages.len()), ("Dockerfile.loop", false, 2));
        assert_eq!(found.skipped, 1);
        let named = run(&folder, &["Dockerfile", "Dockerfile.loop"]);
        assert_eq!(named.errors.iter().filter(|error| error.named).count(), 2);
    }

    #[test]
    fn what_may_not_be_read_is_an_error() {
        let folder = tree(&[("Dockerfile", FROM), ("a/Dockerfile", FROM), ("b/Dockerfile", FROM)]);
        let forbid =
            |path: &str, mode| std::fs::set_permissions(folder.path().join(path), PermissionsExt::from_mode(mode)).unwrap();
        forbid("Dockerfile", 0o000);
        forbid("a", 0o000);
        if File::open(folder.path().join("Dockerfile")).is_ok() {
            eprintln!("skipped: this user may read everything");
            return;
        }
        let found = run(&folder, &[]);
        assert_eq!(paths(&found), ["b/Dockerfile"]);
        assert_eq!(errors(&found), [("Dockerfile", "permission denied", false), ("a", "permission denied", false)]);
        assert_eq!(errors(&run(&folder, &["a"])), [("a", "permission denied", true)]);
        assert_eq!(errors(&run(&folder, &["Dockerfile"])), [("Dockerfile", "permission denied", true)]);
        forbid("a", 0o700);
    }
}

#[test]
fn standard_input_takes_its_kind_from_flag_name_or_content() {
    let file = read_stdin(b"FROM a\n".to_vec(), None, None).unwrap();
    assert_eq!((file.path.as_str(), file.kind, &file.location), ("-", Kind::Dockerfile, &None));
    let file = read_stdin(b"nonsense\n".to_vec(), Some("./app/Dockerfile"), None).unwrap();
    assert_eq!((file.path.as_str(), file.kind), ("app/Dockerfile", Kind::Dockerfile));
    assert_eq!(read_stdin(b"FROM a\n".to_vec(), Some("Dockerfile"), Some(Kind::Env)).unwrap().kind, Kind::Env);
    let error = read_stdin(b"hello\n".to_vec(), None, None).unwrap_err();
    assert!(error.named && error.message.contains("--kind"), "{error:?}");
}
