#include "tests/simulator/url_signer.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <ctime>

#include "daemon/vod/hmac.h"
#include "daemon/vod/signature.h"
#include "daemon/vod/signature_v3.h"
#include "tests/simulator/history.h"

namespace simulator {
namespace {

using vodcatalog::append_percent_encoded;

std::string hex(std::string_view bytes) {
    std::string out;
    vodcatalog::append_hex(out, bytes);
    return out;
}

std::string md5_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
    return hex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string hmac(const char* digest, std::string_view key, std::string_view text) {
    return std::string{vodcatalog::Hmac(digest, key).compute(text)};
}

std::string base64(std::string_view bytes) {
    std::string out(4 * (bytes.size() / 3 + 1) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::string encoded(std::string_view text) {
    std::string out;
    append_percent_encoded(out, text);
    return out;
}

/// Where the path of "https://host/image/default/A.png" begins.
std::size_t path_at(std::string_view url) {
    const std::size_t host = url.find("://");
    const std::size_t slash = host == std::string_view::npos ? 0 : url.find('/', host + 3);
    return slash == std::string_view::npos ? url.size() : slash;
}

/// "outin-test" and "cn-shanghai" of "https://outin-test.oss-cn-shanghai.aliyuncs.com/..."
struct Bucket {
    std::string_view name;
    std::string_view region;
};
Bucket bucket_of(std::string_view url) {
    const std::size_t host = url.find("://");
    if (host == std::string_view::npos) return {};
    url.remove_prefix(host + 3);
    const std::string_view name = url.substr(0, url.find('.'));
    const std::size_t region = url.find(".oss-");
    if (region == std::string_view::npos) return {name, ""};
    url.remove_prefix(region + 5);
    return {name, url.substr(0, url.find('.'))};
}

std::string time_text(const char* format, std::int64_t unix_seconds) {
    const auto seconds = static_cast<std::time_t>(unix_seconds);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> out{};
    std::strftime(out.data(), out.size(), format, &parts);
    return out.data();
}

std::string hex_number(std::int64_t number) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%llx", static_cast<unsigned long long>(number));
    return out.data();
}

}  // namespace

std::string cdn_minute(std::int64_t unix_seconds) {
    return time_text("%Y%m%d%H%M", unix_seconds + 8 * 3'600);
}

UrlSigner::UrlSigner(std::uint64_t seed)
    : keys_{make_image_id(seed, 1'000'000'000'001).substr(0, 16),
            "STS.NU" + make_image_id(seed, 1'000'000'000'002).substr(0, 20),
            make_image_id(seed, 1'000'000'000'003)} {}

std::string UrlSigner::sign_cdn(CdnSigning type, std::string_view url, std::int64_t timestamp,
                                std::string_view rand) const {
    const std::string origin{url.substr(0, path_at(url))};
    const std::string path{url.substr(path_at(url))};
    if (type == CdnSigning::b) {
        const std::string time = cdn_minute(timestamp);
        return origin + "/" + time + "/" + md5_hex(keys_.cdn_key + time + path) + path;
    }
    if (type == CdnSigning::c) {
        const std::string time = hex_number(timestamp);
        return origin + "/" + md5_hex(keys_.cdn_key + path + time) + "/" + time + path;
    }
    const std::string head = std::to_string(timestamp) + "-" + std::string{rand} + "-0-";
    return origin + path + "?auth_key=" + head + md5_hex(path + "-" + head + keys_.cdn_key);
}

std::string UrlSigner::sign_oss(OssSigning version, std::string_view url, std::int64_t now,
                                std::int64_t expires, std::string_view token) const {
    if (version == OssSigning::v2) return sign_oss_v2(url, expires, token);
    if (version == OssSigning::v4) return sign_oss_v4(url, now, expires, token);
    return sign_oss_v1(url, expires, token);
}

std::string UrlSigner::sign_oss_v1(std::string_view url, std::int64_t expires,
                                   std::string_view token) const {
    const std::string until = std::to_string(expires);
    std::string text = "GET\n\n\n" + until + "\n/" + std::string{bucket_of(url).name};
    text += url.substr(path_at(url));
    if (!token.empty()) text += "?security-token=" + std::string{token};
    std::string out = std::string{url} + "?Expires=" + until +
                      "&OSSAccessKeyId=" + keys_.bucket_key_id +
                      "&Signature=" + encoded(base64(hmac("SHA1", keys_.bucket_secret, text)));
    if (!token.empty()) out += "&security-token=" + encoded(token);
    return out;
}

std::string UrlSigner::sign_oss_v2(std::string_view url, std::int64_t expires,
                                   std::string_view token) const {
    const std::string until = std::to_string(expires);
    std::string query = token.empty() ? "" : "security-token=" + encoded(token) + "&";
    query += "x-oss-access-key-id=" + encoded(keys_.bucket_key_id) + "&x-oss-expires=" + until +
             "&x-oss-signature-version=OSS2";
    const std::string resource =
        "/" + std::string{bucket_of(url).name} + std::string{url.substr(path_at(url))};
    const std::string text = "GET\n\n\n" + until + "\n\n" + encoded(resource) + "?" + query;
    return std::string{url} + "?" + query +
           "&x-oss-signature=" + encoded(base64(hmac("SHA256", keys_.bucket_secret, text)));
}

std::string UrlSigner::sign_oss_v4(std::string_view url, std::int64_t now, std::int64_t expires,
                                   std::string_view token) const {
    const Bucket bucket = bucket_of(url);
    const std::string day = time_text("%Y%m%d", now);
    const std::string date = time_text("%Y%m%dT%H%M%SZ", now);
    const std::string region{bucket.region};
    const std::string scope = day + "/" + region + "/oss/aliyun_v4_request";
    std::string query = "x-oss-credential=" + encoded(keys_.bucket_key_id + "/" + scope) +
                        "&x-oss-date=" + date + "&x-oss-expires=" + std::to_string(expires - now);
    // In the order of names, which is what is signed.
    if (!token.empty()) query += "&x-oss-security-token=" + encoded(token);
    query += "&x-oss-signature-version=OSS4-HMAC-SHA256";
    const std::string canonical = "GET\n/" + std::string{bucket.name} +
                                  std::string{url.substr(path_at(url))} + "\n" + query +
                                  "\n\n\nUNSIGNED-PAYLOAD";
    const std::string text =
        "OSS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + vodcatalog::sha256_hex(canonical);
    std::string key = hmac("SHA256", "aliyun_v4" + keys_.bucket_secret, day);
    for (const char* const part : {region.c_str(), "oss", "aliyun_v4_request"}) {
        key = hmac("SHA256", key, part);
    }
    return std::string{url} + "?" + query + "&x-oss-signature=" + hex(hmac("SHA256", key, text));
}

}  // namespace simulator
