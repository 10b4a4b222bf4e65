#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace vodcatalog {

/// A file that holds one secret and nothing else. Keeps where it is, never what is in it.
class SecretFile {
public:
    SecretFile() = default;
    /// As settings name it. Without a slash `name` is a systemd credential,
    /// $CREDENTIALS_DIRECTORY/name; a relative path counts from `folder`.
    SecretFile(std::string name, const std::filesystem::path& folder);

    [[nodiscard]] bool given() const noexcept { return !path_.empty() || credential_; }

    /// Reads it anew, without the blanks and line ends around it. Throws catalog::Unusable with a
    /// sentence that says what to do, without place: it cannot be read, is open to group or others
    /// (systemd's own credentials are exempt: their access list looks like it), is empty, over 16
    /// KiB, or more than one word of printable ASCII. Neither the secret nor a name without slash,
    /// which may be one by mistake, is in the sentence.
    [[nodiscard]] std::string read() const { return read_text().word; }

    struct Text {
        std::string word;
        bool ends_line = false;  ///< Without it, a writer may not have come to its end.
    };
    /// The same, with what tells a whole file from one that is being written.
    [[nodiscard]] Text read_text() const;

    /// Another text after the file was written, replaced, or got another mode; the same for all
    /// files that are not there. Throws nothing.
    [[nodiscard]] std::string fingerprint() const;

private:
    /// Throws catalog::Unusable if systemd passed no credentials.
    [[nodiscard]] std::filesystem::path place() const;

    std::filesystem::path path_;
    bool credential_ = false;
};

/// `text` without the blanks, tabs and line ends around it, if it is one word of printable ASCII.
/// Throws catalog::Unusable with the fault as words that follow its name in a sentence.
[[nodiscard]] std::string secret_word(std::string_view text);

}  // namespace vodcatalog
