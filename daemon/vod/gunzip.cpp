#include "daemon/vod/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr std::size_t kPieceBytes = 64 * 1024;

[[noreturn]] void refuse(const std::string& why) {
    throw catalog::Retryable("the answer is refused: " + why);
}

}  // namespace

void Gunzip::End::operator()(z_stream_s* stream) const noexcept {
    ::inflateEnd(stream);
    delete stream;
}

Gunzip::Gunzip() : stream_(new z_stream{}) {
    if (::inflateInit2(stream_.get(), kGzipOnly) != Z_OK) {
        throw catalog::Retryable("no memory to unpack answers");
    }
}

void Gunzip::unpack(std::string_view packed, std::string& out, std::size_t bytes_max) {
    z_stream& stream = *stream_;
    out.clear();
    if (packed.size() > std::numeric_limits<uInt>::max()) refuse("it is packed and too long");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    ::inflateReset(&stream);
    while (true) {
        const std::size_t before = out.size();
        // One more than it may be, to tell that it is.
        const std::size_t room = std::min(kPieceBytes, bytes_max - before + 1);
        out.resize(before + room);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        stream.avail_out = static_cast<uInt>(room);
        const int state = ::inflate(&stream, Z_NO_FLUSH);
        out.resize(before + room - stream.avail_out);
        if (out.size() > bytes_max) {
            refuse("it is longer than " + std::to_string(bytes_max) + " bytes, unpacked");
        }
        if (state == Z_STREAM_END) {
            if (stream.avail_in == 0) return;
            ::inflateReset(&stream);  // another member
        } else if (state == Z_BUF_ERROR || (state == Z_OK && stream.avail_out > 0)) {
            refuse("what it packs with gzip is cut off");
        } else if (state != Z_OK) {
            refuse("what it packs with gzip is damaged");
        }
    }
}

}  // namespace vodcatalog
