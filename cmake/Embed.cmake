# hostbill_embed(TARGET SYMBOL FILE): compiles a file into the target as
#     extern const unsigned char SYMBOL[];  extern const std::size_t SYMBOL_size;
# in namespace hostbill::embedded. Nothing is to be found at run time.
if(CMAKE_SCRIPT_MODE_FILE)
    file(READ "${INPUT}" bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    file(WRITE "${OUTPUT}" "// Made from a file of the source tree.
#include <cstddef>
namespace hostbill::embedded {
extern const unsigned char ${SYMBOL}[];
extern const std::size_t ${SYMBOL}_size;
const unsigned char ${SYMBOL}[] = {${bytes}0};
const std::size_t ${SYMBOL}_size = sizeof ${SYMBOL} - 1;
} // namespace hostbill::embedded
")
    return()
endif()

set(HOSTBILL_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(hostbill_embed target symbol file)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cpp)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DINPUT=${CMAKE_CURRENT_SOURCE_DIR}/${file} -DOUTPUT=${output} -DSYMBOL=${symbol}
            -P ${HOSTBILL_EMBED_SCRIPT}
        DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${HOSTBILL_EMBED_SCRIPT})
    target_sources(${target} PRIVATE ${output})
endfunction()
