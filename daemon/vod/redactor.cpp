#include "daemon/vod/redactor.h"

#include <openssl/evp.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "daemon/vod/redact.h"
#include "daemon/vod/signature.h"

namespace vodcatalog {
namespace {

/// With the digits of its escapes in lower case.
std::string with_lower_escapes(std::string text) {
    for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
        for (std::size_t i = at + 1; i < std::min(at + 3, text.size()); ++i) {
            if (text[i] >= 'A' && text[i] <= 'F') text[i] = static_cast<char>(text[i] - 'A' + 'a');
        }
    }
    return text;
}

/// The characters that stand for `text`, and for it alone, in the Base64 of anything that has it
/// `offset` bytes (0 to 2) behind a multiple of three.
std::string within_base64(std::string_view text, std::size_t offset) {
    const std::string padded = std::string(offset, '\0') + std::string(text);
    std::string out(4 * (padded.size() / 3 + 1) + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                    reinterpret_cast<const unsigned char*>(padded.data()),
                    static_cast<int>(padded.size()));
    const std::size_t begin = (offset * 8 + 5) / 6;
    const std::size_t end = padded.size() * 8 / 6;
    return out.substr(begin, end - begin);
}

std::string url_safe(std::string base64) {
    std::replace(base64.begin(), base64.end(), '+', '-');
    std::replace(base64.begin(), base64.end(), '/', '_');
    return base64;
}

std::vector<std::string> forms_of(const std::string& secret) {
    const std::string once = percent_encoded(secret);
    std::vector<std::string> forms{secret, once, with_lower_escapes(once), percent_encoded(once)};
    for (std::size_t offset = 0; offset < 3; ++offset) {
        const std::string base64 = within_base64(secret, offset);
        forms.insert(forms.end(), {base64, url_safe(base64), percent_encoded(base64)});
    }
    std::sort(forms.begin(), forms.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
    return forms;
}

void mask(std::string& text, std::string_view form) {
    std::size_t at = text.find(form);
    if (at == std::string::npos) return;
    std::string out;
    std::size_t copied = 0;
    for (; at != std::string::npos; at = text.find(form, copied)) {
        out.append(text, copied, at - copied);
        out += kMask;
        copied = at + form.size();
    }
    out.append(text, copied);
    text.swap(out);
}

}  // namespace

void Redactor::know(std::string_view secret) {
    if (secret.size() < kSecretBytesMin) return;
    const std::scoped_lock lock(mutex_);
    const auto is_it = [secret](const Secret& known) { return known.plain == secret; };
    const auto found = std::find_if(secrets_.begin(), secrets_.end(), is_it);
    if (found != secrets_.end()) {
        std::rotate(found, found + 1, secrets_.end());
        return;
    }
    if (secrets_.size() == kSecretsMax) secrets_.pop_front();
    std::string plain(secret);
    std::vector<std::string> forms = forms_of(plain);
    secrets_.push_back({std::move(plain), std::move(forms)});
}

void Redactor::know(const Credentials& credentials) {
    know(credentials.access_key_id);
    know(credentials.access_key_secret);
    know(credentials.security_token);
}

void Redactor::operator()(std::string& text) const {
    {
        const std::shared_lock lock(mutex_);
        for (const Secret& secret : secrets_) {
            for (const std::string& form : secret.forms) mask(text, form);
        }
    }
    redact(text);
}

}  // namespace vodcatalog
