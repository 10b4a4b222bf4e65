# Writes a C++ source that holds every migration, its number, name and SHA-256.
#   cmake -DOUT=file.cpp -DDIR=folder -P embed_migrations.cmake
# A gap in the numbers, or a name that is not NNNN_words.sql, fails the build.
file(GLOB files ${DIR}/[0-9]*.sql)
list(SORT files)
set(expected 1)
set(entries "")
foreach(file IN LISTS files)
    get_filename_component(base ${file} NAME_WE)
    if(NOT base MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
        message(FATAL_ERROR "${file}: a migration is named NNNN_words.sql")
    endif()
    set(name ${CMAKE_MATCH_2})
    math(EXPR number "1${CMAKE_MATCH_1} - 10000")
    if(NOT number EQUAL expected)
        message(FATAL_ERROR "${file}: migration ${expected} is missing")
    endif()
    math(EXPR expected "${expected} + 1")
    file(SHA256 ${file} checksum)
    file(READ ${file} sql)
    string(APPEND entries "    {${number}, \"${name}\", \"${checksum}\", R\"migration(${sql})migration\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"migrations/migrations.h\"\n
namespace migrations {\n
namespace {\n
const Migration kAll[] = {\n${entries}};\n
}  // namespace\n
std::span<const Migration> all() { return kAll; }\n
}  // namespace migrations\n")
