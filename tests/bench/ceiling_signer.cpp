#include "tests/bench/ceiling_signer.h"

#include <array>
#include <stdexcept>
#include <utility>

#include "daemon/vod/signature.h"
#include "daemon/vod/signature_v3.h"

namespace bench {
namespace {

constexpr std::string_view kNames =
    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
constexpr std::string_view kSecret = "bench-secret";

}  // namespace

CeilingSigner::CeilingSigner(std::string authority, std::string action)
    : authority_(std::move(authority)),
      action_(std::move(action)),
      hmac_("SHA256", kSecret),
      sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      context_(EVP_MD_CTX_new()),
      nonce_(32, '0') {}

void CeilingSigner::bring_up_to_date() {
    std::uint64_t rest = ++calls_;
    for (std::size_t i = 32; rest != 0; rest >>= 4) nonce_[--i] = "0123456789abcdef"[rest & 15];
    const std::time_t now = std::time(nullptr);
    if (now == dated_) return;
    dated_ = now;
    std::array<char, 32> text{};
    std::tm parts{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&now, &parts));
    date_ = text.data();
}

void CeilingSigner::request(std::string_view query, std::string& out) {
    bring_up_to_date();
    const auto add = [](std::string& to, auto... pieces) { (to.append(pieces), ...); };
    const std::string_view empty = vodcatalog::kEmptyBodySha256;
    text_.clear();
    add(text_, "POST\n/\n", query, "\nhost:", authority_, "\nx-acs-action:", action_,
        "\nx-acs-content-sha256:", empty, "\nx-acs-date:", date_,
        "\nx-acs-signature-nonce:", nonce_, "\nx-acs-version:2017-03-21\n\n", kNames, "\n", empty);
    std::array<char, 32> digest{};
    if (EVP_DigestInit_ex2(context_.get(), sha256_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), text_.data(), text_.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                           nullptr) != 1) {
        throw std::runtime_error("OpenSSL cannot compute SHA-256");
    }
    text_.assign("ACS3-HMAC-SHA256\n");
    vodcatalog::append_hex(text_, {digest.data(), digest.size()});
    out.clear();
    add(out, "POST /?", query, " HTTP/1.1\r\nHost: ", authority_,
        "\r\nUser-Agent: bench-ceiling\r\nAccept: application/json\r\nx-acs-action: ", action_,
        "\r\nx-acs-content-sha256: ", empty, "\r\nx-acs-date: ", date_,
        "\r\nx-acs-signature-nonce: ", nonce_, "\r\nx-acs-version: 2017-03-21\r\n",
        "Authorization: ACS3-HMAC-SHA256 Credential=bench,SignedHeaders=", kNames, ",Signature=");
    vodcatalog::append_hex(out, hmac_.compute(text_));
    out += "\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace bench
