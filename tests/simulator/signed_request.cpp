#include "tests/simulator/signed_request.h"

#include <algorithm>
#include <atomic>

#include "catalog/wall_time.h"
#include "daemon/vod/signature_v1.h"
#include "daemon/vod/signature_v3.h"

namespace simulator {
namespace {

std::string encoded(const vodcatalog::Parameters& parameters) {
    std::string out;
    for (const auto& [name, value] : parameters) {
        if (!out.empty()) out += '&';
        vodcatalog::append_percent_encoded(out, name);
        out += '=';
        vodcatalog::append_percent_encoded(out, value);
    }
    return out;
}

}  // namespace

std::string SignedRequest::text() const {
    static std::atomic<std::uint64_t> requests = 0;
    const std::string date =
        time.empty() ? catalog::to_iso_seconds(catalog::from_ms(now_ms)) : time;
    const std::string fresh = nonce.empty() ? "nonce-" + std::to_string(++requests) : nonce;
    return v3 ? v3_text(date, fresh) : v1_text(date, fresh);
}

std::string SignedRequest::v1_text(const std::string& date, const std::string& fresh_nonce) const {
    vodcatalog::Parameters all = parameters;
    all.insert(all.end(), {{"Action", action},
                           {"Version", version},
                           {"AccessKeyId", credentials.access_key_id},
                           {"SignatureMethod", "HMAC-SHA1"},
                           {"SignatureVersion", "1.0"},
                           {"SignatureNonce", fresh_nonce},
                           {"Timestamp", date}});
    if (!format.empty()) all.emplace_back("Format", format);
    if (!credentials.security_token.empty()) {
        all.emplace_back("SecurityToken", credentials.security_token);
    }
    vodcatalog::SignatureV1 signature(credentials.access_key_secret);
    const std::string value = signature.sign(method, all);
    all.emplace_back("Signature", value);
    const std::string pairs = encoded(all);
    std::string out = method + " /" + (form ? "" : "?" + pairs) + " HTTP/1.1\r\nHost: " + host;
    out += "\r\nConnection: " + connection;
    if (!accept_encoding.empty()) out += "\r\nAccept-Encoding: " + accept_encoding;
    if (form) out += "\r\nContent-Type: application/x-www-form-urlencoded";
    const std::string body = form ? pairs : "";
    return out + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string SignedRequest::v3_text(const std::string& date, const std::string& fresh_nonce) const {
    vodcatalog::Parameters sorted = parameters;
    std::sort(sorted.begin(), sorted.end());
    const std::string pairs = encoded(sorted);
    const std::string query = form ? "" : pairs;
    const std::string body = form ? pairs : "";
    const std::string hash = vodcatalog::sha256_hex(body);
    vodcatalog::Parameters headers = {
        {"host", host},
        {"x-acs-action", action},
        {"x-acs-content-sha256", content_sha256.empty() ? hash : content_sha256},
        {"x-acs-date", date},
        {"x-acs-signature-nonce", fresh_nonce},
        {"x-acs-version", version}};
    if (form) headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    if (!credentials.security_token.empty()) {
        headers.emplace_back("x-acs-accesskey-id", credentials.access_key_id);
        headers.emplace_back("x-acs-security-token", credentials.security_token);
    }
    std::sort(headers.begin(), headers.end());
    vodcatalog::SignatureV3 signature(credentials.access_key_secret);
    const std::string value = signature.sign({method, "/", query, headers, hash});
    std::string out = method + " /" + (query.empty() ? "" : "?" + query) + " HTTP/1.1";
    for (const auto& [name, text] : headers) out += "\r\n" + name + ": " + text;
    out += "\r\nAuthorization: " +
           vodcatalog::authorization_v3(credentials.access_key_id, headers, value);
    out += "\r\nConnection: " + connection;
    if (!accept_encoding.empty()) out += "\r\nAccept-Encoding: " + accept_encoding;
    return out + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace simulator
