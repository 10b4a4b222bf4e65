#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace vodcatalog {

/// Unpacks gzip (RFC 1952). Keeps its window's memory. One thread at a time.
class Gunzip {
public:
    Gunzip();

    /// Replaces `out` with what `packed` holds, one or several members. Throws catalog::Retryable
    /// if it is not whole or not gzip, checksums included, and as soon as there is more than
    /// `bytes_max`: `out` never grows much beyond that, however much is packed.
    void unpack(std::string_view packed, std::string& out, std::size_t bytes_max);

private:
    struct End {
        void operator()(z_stream_s* stream) const noexcept;
    };
    std::unique_ptr<z_stream_s, End> stream_;
};

}  // namespace vodcatalog
