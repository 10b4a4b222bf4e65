#include "tests/simulator/url_signer.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "daemon/vod/signature.h"
#include "tests/simulator/history.h"

namespace simulator {
namespace {

std::string md5_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
    std::string out;
    vodcatalog::append_hex(out, {reinterpret_cast<const char*>(digest.data()), size});
    return out;
}

std::string hmac_sha1_base64(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

/// "/image/default/A.png" of "https://host/image/default/A.png"
std::string_view path_of(std::string_view url) {
    const std::size_t host = url.find("://");
    const std::size_t slash = host == std::string_view::npos ? 0 : url.find('/', host + 3);
    return slash == std::string_view::npos ? "/" : url.substr(slash);
}

/// "outin-test" of "https://outin-test.oss-cn-shanghai.aliyuncs.com/..."
std::string_view bucket_of(std::string_view url) {
    const std::size_t host = url.find("://");
    if (host == std::string_view::npos) return "";
    url.remove_prefix(host + 3);
    return url.substr(0, url.find('.'));
}

}  // namespace

UrlSigner::UrlSigner(std::uint64_t seed)
    : cdn_key_(make_image_id(seed, 1'000'000'000'001).substr(0, 16)),
      bucket_key_id_("STS.NU" + make_image_id(seed, 1'000'000'000'002).substr(0, 20)),
      bucket_secret_(make_image_id(seed, 1'000'000'000'003)) {}

std::string UrlSigner::sign_cdn(std::string_view url, std::int64_t timestamp,
                                std::string_view rand) const {
    const std::string head = std::to_string(timestamp) + "-" + std::string{rand} + "-0-";
    const std::string hash = md5_hex(std::string{path_of(url)} + "-" + head + cdn_key_);
    return std::string{url} + "?auth_key=" + head + hash;
}

std::string UrlSigner::sign_oss(std::string_view url, std::int64_t expires,
                                std::string_view token) const {
    const std::string until = std::to_string(expires);
    std::string signed_text = "GET\n\n\n" + until + "\n/" + std::string{bucket_of(url)};
    signed_text += path_of(url);
    if (!token.empty()) signed_text += "?security-token=" + std::string{token};
    std::string out = std::string{url} + "?Expires=" + until + "&OSSAccessKeyId=" + bucket_key_id_ +
                      "&Signature=";
    vodcatalog::append_percent_encoded(out, hmac_sha1_base64(bucket_secret_, signed_text));
    if (!token.empty()) {
        out += "&security-token=";
        vodcatalog::append_percent_encoded(out, token);
    }
    return out;
}

}  // namespace simulator
