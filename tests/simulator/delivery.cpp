#include "tests/simulator/delivery.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/simulator/coding.h"
#include "tests/simulator/dice.h"
#include "tests/simulator/response_head.h"

namespace simulator {
namespace {

Milliseconds latency_of(const Scenario& scenario, Dice& dice) {
    const double jitter = dice.unit() * static_cast<double>(scenario.latency_jitter.count());
    return scenario.latency_fixed + Milliseconds{std::llround(jitter)};
}

/// One answer on its way through one connection.
class Delivery {
public:
    Delivery(const Reply& reply, const Scenario& scenario, std::int64_t now_ms, bool keep_alive,
             Connection& connection, ServedRecord& record, Dice dice)
        : reply_(reply),
          scenario_(scenario),
          now_ms_(now_ms),
          keep_alive_(keep_alive),
          connection_(connection),
          record_(record),
          dice_(dice) {}

    [[nodiscard]] bool run();

private:
    /// With as many bytes promised as there are in the body, unless said otherwise.
    [[nodiscard]] std::string head() const { return head_with(length_line(reply_.body.size())); }
    [[nodiscard]] std::string head_with(std::string lengths) const {
        return ResponseHead{reply_, scenario_, now_ms_, keep_alive_, std::move(lengths)}.text();
    }
    [[nodiscard]] bool send_whole(const std::string& bytes);
    [[nodiscard]] bool send_slowly(const std::string& bytes);
    [[nodiscard]] bool send_encoded(std::size_t blanks);
    [[nodiscard]] bool send_huge();
    void reset_in_body();
    void truncate();
    void drip(const std::string& bytes);
    void repeat(const std::string& begin, const std::string& part);

    const Reply& reply_;
    const Scenario& scenario_;
    const std::int64_t now_ms_;
    const bool keep_alive_;
    Connection& connection_;
    ServedRecord& record_;
    Dice dice_;
};

bool Delivery::run() {
    const Faults& faults = scenario_.faults;
    const std::string& body = reply_.body;
    switch (reply_.fault) {
        case Fault::reset_before_answer:
            connection_.reset_on_close();
            return false;
        case Fault::reset_in_body:
            reset_in_body();
            return false;
        case Fault::truncated_body:
            truncate();
            return false;
        case Fault::hang:
            (void)connection_.rest(faults.hang_for);
            return false;
        case Fault::drip:
            drip(head() + body);
            return false;
        case Fault::slow:
            return send_slowly(head() + body);
        case Fault::huge:
            return send_huge();
        case Fault::gzip:
        case Fault::deflate:
            return send_encoded(0);
        case Fault::gzip_bomb:
        case Fault::deflate_bomb:
            return send_encoded(faults.bomb_bytes);
        case Fault::endless_body:
            repeat(head_with(""), std::string(16 * 1024, ' '));
            return false;
        case Fault::endless_chunks:
            repeat(head_with("transfer-encoding: chunked\r\n"),
                   "4000\r\n" + std::string(16 * 1024, ' ') + "\r\n");
            return false;
        case Fault::endless_headers:
            repeat("HTTP/1.1 200 OK\r\n", "x-filler: " + std::string(100, 'a') + "\r\n");
            return false;
        case Fault::length_too_short:
            (void)send_whole(head_with(length_line(body.size() / 2)) + body);
            return false;
        case Fault::length_no_number:
            (void)send_whole(head_with("content-length: many\r\n") + body);
            return false;
        case Fault::two_lengths:
            (void)send_whole(head_with(length_line(body.size()) + length_line(body.size() / 2)) +
                             body);
            return false;
        case Fault::continue_100:
            return send_whole("HTTP/1.1 100 Continue\r\n\r\n" + head() + body);
        case Fault::status_204:
            return send_whole(head_with(""));
        default:
            return send_whole(head() + body);
    }
}

bool Delivery::send_whole(const std::string& bytes) {
    if (reply_.told) record_.add(*reply_.told, now_ms_);
    const bool sent = connection_.send(bytes);
    if (!sent && reply_.told) record_.take_back(*reply_.told);
    return sent && keep_alive_;
}

/// In a hundred parts; nothing counts as told before the last one.
bool Delivery::send_slowly(const std::string& bytes) {
    static constexpr std::size_t kParts = 100;
    const std::size_t size = bytes.size() / kParts + 1;
    std::size_t at = 0;
    for (; at + size < bytes.size(); at += size) {
        if (!connection_.send(std::string_view{bytes}.substr(at, size)) ||
            !connection_.rest(scenario_.faults.slow_for / kParts)) {
            return false;
        }
    }
    return send_whole(bytes.substr(at));
}

bool Delivery::send_encoded(std::size_t blanks) {
    const std::string coding{coding_of(reply_.fault)};
    const std::string body = encode_body(coding, reply_.body, blanks);
    const std::string lines = "content-encoding: " + coding + "\r\n" + length_line(body.size());
    return send_whole(head_with(lines) + body);
}

/// Blanks before the last byte, so that it is good JSON all the same.
bool Delivery::send_huge() {
    static constexpr std::size_t kPart = 64 * 1024;
    const std::string& body = reply_.body;
    const std::size_t last = body.empty() ? 0 : body.size() - 1;
    const std::size_t promised = std::max(scenario_.faults.huge_bytes, body.size());
    if (!connection_.send(head_with(length_line(promised)) + body.substr(0, last))) return false;
    for (std::size_t left = promised - body.size(); left > 0; left -= std::min(left, kPart)) {
        if (!connection_.send(std::string(std::min(left, kPart), ' '))) return false;
    }
    return connection_.send(body.substr(last)) && keep_alive_;
}

void Delivery::reset_in_body() {
    (void)connection_.send(head() + reply_.body.substr(0, reply_.body.size() / 2));
    connection_.reset_on_close();
}

/// Half of them lack only what the length promises, and would parse.
void Delivery::truncate() {
    const std::string& body = reply_.body;
    const bool whole = dice_.chance(0.5);
    const std::size_t promised = body.size() + (whole ? 1'000 : 0);
    (void)connection_.send(head_with(length_line(promised)) +
                           body.substr(0, whole ? body.size() : body.size() / 2));
}

/// Never the last byte, and for no longer than a hang takes.
void Delivery::drip(const std::string& bytes) {
    const Faults& faults = scenario_.faults;
    Milliseconds left = faults.hang_for;
    for (std::size_t i = 0; i + 1 < bytes.size() && left.count() > 0; ++i) {
        if (!connection_.send({&bytes[i], 1}) || !connection_.rest(faults.drip_every)) return;
        left -= std::max(faults.drip_every, Milliseconds{1});
    }
    if (left.count() > 0) (void)connection_.rest(left);
}

/// Until the client leaves or the server stops.
void Delivery::repeat(const std::string& begin, const std::string& part) {
    bool sent = connection_.send(begin);
    while (sent) sent = connection_.send(part);
}

}  // namespace

bool deliver(const Reply& reply, const Scenario& scenario, const Timeline& timeline,
             bool keep_alive, Connection& connection, ServedRecord& record) {
    Dice dice(reply.request_id.high, "delivery", reply.request_id.low);
    // Also without latency: whoever has left is told nothing.
    if (!connection.rest(latency_of(scenario, dice))) return false;
    return Delivery(reply, scenario, timeline.now_ms(), keep_alive, connection, record, dice).run();
}

}  // namespace simulator
