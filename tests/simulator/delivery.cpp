#include "tests/simulator/delivery.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <string>

#include "tests/simulator/dice.h"
#include "tests/simulator/history.h"

namespace simulator {
namespace {

std::string date_header(std::int64_t ms) {
    const auto seconds = static_cast<std::time_t>(ms / 1'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> out{};
    std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return out.data();
}

const char* reason(int http_status) {
    switch (http_status) {
        case 200:
            return "OK";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 429:
            return "Too Many Requests";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        default:
            return "Error";
    }
}

std::string head_of(const Reply& reply, const Scenario& scenario, std::int64_t now_ms,
                    bool keep_alive, std::size_t content_length) {
    const std::string trace = make_image_id(reply.request_id.high, reply.request_id.low);
    std::string out =
        "HTTP/1.1 " + std::to_string(reply.http_status) + " " + reason(reply.http_status);
    out += "\r\nDate: " + date_header(now_ms + scenario.clock_skew.count());
    out += "\r\ncontent-type: " + reply.content_type;
    out += "\r\ncontent-length: " + std::to_string(content_length);
    if (keep_alive) {
        out += "\r\nconnection: keep-alive\r\nkeep-alive: timeout=" +
               std::to_string(scenario.keep_alive.count() / 1'000);
    } else {
        out += "\r\nconnection: close";
    }
    out += "\r\naccess-control-allow-origin: *\r\naccess-control-expose-headers: *";
    out += "\r\nx-acs-request-id: " + reply.request_id.text() + "\r\nx-acs-trace-id: " + trace;
    out += "\r\netag: " + trace.substr(0, 20);
    for (const auto& [name, value] : reply.headers) out += "\r\n" + name + ": " + value;
    return out + "\r\n\r\n";
}

/// Never the last byte, and for no longer than a hang takes.
void drip(const std::string& bytes, const Faults& faults, Connection& connection) {
    Milliseconds left = faults.hang_for;
    for (std::size_t i = 0; i + 1 < bytes.size() && left.count() > 0; ++i) {
        if (!connection.send({&bytes[i], 1}) || !connection.rest(faults.drip_every)) return;
        left -= std::max(faults.drip_every, Milliseconds{1});
    }
    if (left.count() > 0) (void)connection.rest(left);
}

Milliseconds latency_of(const Scenario& scenario, Dice& dice) {
    const double jitter = dice.unit() * static_cast<double>(scenario.latency_jitter.count());
    return scenario.latency_fixed + Milliseconds{std::llround(jitter)};
}

}  // namespace

bool deliver(const Reply& reply, const Scenario& scenario, const Timeline& timeline,
             bool keep_alive, Connection& connection, ServedRecord& record) {
    Dice dice(reply.request_id.high, "delivery", reply.request_id.low);
    // Also without latency: whoever has left is told nothing.
    if (!connection.rest(latency_of(scenario, dice))) return false;
    const std::string& body = reply.body;
    const std::int64_t now_ms = timeline.now_ms();
    const std::string head = head_of(reply, scenario, now_ms, keep_alive, body.size());
    switch (reply.fault) {
        case Fault::reset_before_answer:
            connection.reset_on_close();
            return false;
        case Fault::reset_in_body:
            (void)connection.send(head + body.substr(0, body.size() / 2));
            connection.reset_on_close();
            return false;
        case Fault::truncated_body: {
            // Half of them lack only what the length promises, and would parse.
            const bool whole = dice.chance(0.5);
            const std::size_t promised = body.size() + (whole ? 1'000 : 0);
            (void)connection.send(head_of(reply, scenario, now_ms, keep_alive, promised) +
                                  body.substr(0, whole ? body.size() : body.size() / 2));
            return false;
        }
        case Fault::hang:
            (void)connection.rest(scenario.faults.hang_for);
            return false;
        case Fault::drip:
            drip(head + body, scenario.faults, connection);
            return false;
        case Fault::none:
        case Fault::throttle:
        case Fault::http_5xx:
        case Fault::garbled_body:
        case Fault::empty_answer:
            break;
    }
    if (reply.told) record.add(*reply.told, now_ms);
    const bool sent = connection.send(head + body);
    if (!sent && reply.told) record.take_back(*reply.told);
    return sent && keep_alive;
}

}  // namespace simulator
