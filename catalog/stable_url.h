#pragma once

#include <string>
#include <string_view>

namespace catalog {

/// Writes `url` without its signature into `out` (reusing its memory) and returns whether it had
/// one. `url` must not lie in `out`. Doing it twice changes nothing more; the time it takes goes
/// with the length.
///
/// Taken off, wherever they stand in the query and however they are cased or percent-encoded by
/// name: `auth_key` (CDN signing, type A), `OSSAccessKeyId`, `Expires`, `Signature` and
/// `security-token` (OSS, version 1), and the `x-oss-` names of versions 2 and 4: signature,
/// credential, access-key-id, security-token, and beside those date, expires, signature-version and
/// additional-headers. `Expires` alone, without a Signature or OSSAccessKeyId, is no signature and
/// stays; so do the last four without one of the others, and a name without `=`.
///
/// Of CDN signing by types B and C, which have no names (see cdn_signature.h): the first two
/// segments of the path, unless the host is a bucket's (a bucket does not sign so), and in the
/// query, under any names, an MD5 beside a hexadecimal time. Without a plausible time an MD5 stays.
///
/// Everything else stays byte for byte, fragment included; an emptied query loses its `?`. Text
/// that is no URL at all (a file name, a title) is copied unchanged unless it has such a part.
///
/// So that no signature slips by in a URL put together badly, the query begins at the first `?`,
/// even behind a `#`, `?` and `;` part its members as `&` does, a fragment may have a query of its
/// own, and URLs within the URL are looked at too, also if percent-encoded (up to three times).
bool stable_url(std::string_view url, std::string& out);

}  // namespace catalog
