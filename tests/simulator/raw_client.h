#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace simulator {

/// A client of the tests with nothing between it and the bytes.
class RawClient {
public:
    /// How a connection, or the wait for it to bring something, ended.
    enum class End { closed, reset, silent };

    /// Connects to "http://127.0.0.1:PORT". Throws std::runtime_error if nobody answers.
    explicit RawClient(const std::string& url);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes) const;

    /// Takes one answer by its Content-Length; what there is if the connection ends before.
    [[nodiscard]] std::string answer();
    /// Takes at least that many bytes, or what there is if the connection ends before.
    [[nodiscard]] std::string some(std::size_t size) const;
    /// Takes bytes until the connection ends or brings nothing for that long.
    End read_to_end(std::string& bytes, std::chrono::milliseconds patience) const;

private:
    [[nodiscard]] bool receive(std::string& bytes, std::chrono::milliseconds patience,
                               End& end) const;

    int descriptor_ = -1;
    std::string rest_;  ///< Of what was received beyond the last answer.
};

/// The body of a whole answer, and its status.
[[nodiscard]] std::string body_of(const std::string& answer);
[[nodiscard]] int status_of(const std::string& answer);
/// A header's value; the name in lower case.
[[nodiscard]] std::string header_of(const std::string& answer, const std::string& name);

/// One request without a connection of its own before or after it.
[[nodiscard]] std::string ask(const std::string& url, const std::string& request);
/// The body of "METHOD PATH" with `body`.
[[nodiscard]] std::string fetch(const std::string& url, const std::string& method,
                                const std::string& path, const std::string& body = "");

}  // namespace simulator
