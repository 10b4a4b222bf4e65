#pragma once

#include <stdexcept>
#include <string>

/// Errors by what the catcher does about them. Every message says what happened, to what, and what
/// to do; none carries a secret.
namespace catalog {

class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// It may work the next time: a lost connection, a full disk, a busy database. Nothing was changed.
class Retryable : public Error {
public:
    using Error::Error;
};

/// A person has to mend something first: a key, a permission, a certificate.
class Refused : public Error {
public:
    using Error::Error;
};

/// The process must exit with `exit_code()`, one of sysexits.h: 78 (EX_CONFIG) where a person has
/// to mend settings or database, 75 (EX_TEMPFAIL) where another process holds the catalog.
class Unusable : public Error {
public:
    static constexpr int kConfig = 78;
    static constexpr int kTemporary = 75;

    explicit Unusable(const std::string& message, int exit_code = kConfig)
        : Error(message), exit_code_(exit_code) {}
    [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

private:
    int exit_code_;
};

}  // namespace catalog
