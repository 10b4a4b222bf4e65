#pragma once

#include <string>
#include <string_view>

namespace catalog {

/// Writes `url` without its signature into `out` (reusing its memory) and returns whether it had one.
///
/// Taken off, wherever they stand in the query and however they are cased or percent-encoded by name:
/// `auth_key` (CDN signing, type A), `OSSAccessKeyId`, `Expires`, `Signature` and `security-token`
/// (OSS, version 1). `Expires` alone, without a Signature or OSSAccessKeyId, is no signature and stays.
/// Everything else stays byte for byte, fragment included; an emptied query loses its `?`. Text that is no
/// URL at all (a file name) is copied unchanged unless it has such a query.
bool stable_url(std::string_view url, std::string& out);

}  // namespace catalog
