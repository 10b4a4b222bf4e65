# Writes a C++ source that holds every report: its name, the question of its first line, its SQL.
#   cmake -DOUT=file.cpp -DDIR=folder -P embed_reports.cmake
# A file that does not begin with `-- A question?` fails the build.
file(GLOB files ${DIR}/*.sql)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    if(NOT text MATCHES "^-- ([^\n]+[?])\n(.*)$")
        message(FATAL_ERROR "${file}: a report begins with `-- ` and its question in one line")
    endif()
    string(APPEND entries "    {\"${name}\", R\"report(${CMAKE_MATCH_1})report\",\n     R\"report(${CMAKE_MATCH_2})report\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"catalog/report.h\"\n
namespace catalog {\n
namespace {\n
const Report kAll[] = {\n${entries}};\n
}  // namespace\n
std::span<const Report> reports() { return kAll; }\n
}  // namespace catalog\n")
