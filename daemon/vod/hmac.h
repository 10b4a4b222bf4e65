#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace vodcatalog {

/// An HMAC with its key set up once, so that signing costs two hashes of the text and no set-up.
/// One thread at a time.
class Hmac {
public:
    /// `digest` is OpenSSL's name: "SHA1", "SHA256". Throws std::runtime_error if OpenSSL has none
    /// such.
    Hmac(const char* digest, std::string_view key);
    ~Hmac();
    Hmac(Hmac&&) noexcept;
    Hmac& operator=(Hmac&&) noexcept;

    /// The bytes are valid until the next call.
    [[nodiscard]] std::string_view compute(std::string_view text);

private:
    struct Context;
    std::unique_ptr<Context> context_;
    std::array<char, 64> value_{};
};

}  // namespace vodcatalog
