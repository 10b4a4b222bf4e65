#pragma once

#include <stdexcept>
#include <string>

namespace vodcatalog {

/// What the program ends with if not 0, of sysexits.h.
enum class ExitCode {
    usage = 64,        ///< The command line is wrong.
    data = 65,         ///< What it names cannot be, or the cloud does not accept it.
    no_input = 66,     ///< What it names is not there.
    unavailable = 69,  ///< The cloud gave no answer: it may work the next time.
    software = 70,     ///< A bug.
    io = 74,           ///< The output could not be written.
    refused = 77,      ///< A person has to mend a key, a permission, a certificate.
};

/// Why a verb did not do what it was asked. what() says what, of what, and what to do.
class Failure : public std::runtime_error {
public:
    Failure(ExitCode code, const std::string& message) : runtime_error(message), code_(code) {}
    [[nodiscard]] ExitCode code() const noexcept { return code_; }

private:
    ExitCode code_;
};

}  // namespace vodcatalog
