//! Which base images are of Windows: their RUN is read by `cmd`, not by a POSIX shell.

/// Folders of `mcr.microsoft.com` that hold nothing else.
const MICROSOFT_FOLDERS: &[&str] =
    &["mcr.microsoft.com/windows", "mcr.microsoft.com/dotnet/framework/", "microsoft/dotnet-framework"];

/// Words in repositories and tags that name an edition of Windows.
const EDITIONS: &[&str] = &["nanoserver", "servercore", "windowsserver", "ltsc2016", "ltsc2019", "ltsc2022", "ltsc2025"];

/// Words in tags of the PowerShell images that are of Linux.
const DISTRIBUTIONS: &[&str] = &["alpine", "azurelinux", "centos", "debian", "fedora", "mariner", "opensuse", "ubi", "ubuntu"];

/// Whether a FROM starts from Windows, by its reference (perhaps with variables in it) and `--platform`.
pub(super) fn is_base(reference: &str, platform: Option<&str>) -> bool {
    if let Some(platform) = platform.filter(|platform| !platform.contains('$')) {
        return platform.to_ascii_lowercase().starts_with("windows");
    }
    let reference = reference.to_ascii_lowercase();
    MICROSOFT_FOLDERS.iter().any(|folder| reference.starts_with(folder))
        || EDITIONS.iter().any(|edition| reference.contains(edition))
        || (reference.starts_with("mcr.microsoft.com/powershell") && !DISTRIBUTIONS.iter().any(|word| reference.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_of_windows() {
        for windows in [
            "mcr.microsoft.com/windows/servercore:ltsc2022",
            "mcr.microsoft.com/windows:20H2",
            "mcr.microsoft.com/dotnet/framework/aspnet:4.8",
            "mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809",
            "python:3.12-windowsservercore-ltsc2022",
            "mcr.microsoft.com/powershell:latest",
            "MCR.microsoft.com/Windows/nanoserver:$TAG",
        ] {
            assert!(is_base(windows, None), "{windows}");
        }
        for linux in [
            "python:3.12",
            "dockcross/windows-static-x64",
            "mcr.microsoft.com/dotnet/sdk:8.0",
            "mcr.microsoft.com/powershell:7.4-ubuntu-22.04",
        ] {
            assert!(!is_base(linux, None), "{linux}");
        }
        assert!(is_base("python:3", Some("windows/amd64")));
        assert!(!is_base("mcr.microsoft.com/powershell", Some("linux/amd64")));
        assert!(is_base("mcr.microsoft.com/windows:1809", Some("$TARGETPLATFORM")));
    }
}
