#pragma once

#include <string>
#include <string_view>

namespace catalog {

/// Writes `url` without its signature into `out` (reusing its memory) and returns whether it had
/// one. `url` must not lie in `out`.
///
/// Taken off, wherever they stand in the query and however they are cased or percent-encoded by
/// name: `auth_key` (CDN signing, type A), `OSSAccessKeyId`, `Expires`, `Signature` and
/// `security-token` (OSS, version 1), and the `x-oss-` names of versions 2 and 4: signature,
/// credential, access-key-id, security-token, and beside those date, expires, signature-version and
/// additional-headers. `Expires` alone, without a Signature or OSSAccessKeyId, is no signature and
/// stays; so do the last four without one of the others. Everything else stays byte for byte,
/// fragment included; an emptied query loses its `?`. Text that is no URL at all (a file name) is
/// copied unchanged unless it has such a query.
///
/// So that no signature slips by in a URL put together badly, the query begins at the first `?`,
/// even behind a `#`, and `?` and `;` part its members as `&` does.
bool stable_url(std::string_view url, std::string& out);

}  // namespace catalog
