# What `cmake --install` puts where, and the two ways in which other builds find it.
include(CMakePackageConfigHelpers)

set(targets "")
if(HOSTBILL_BUILD_SHARED)
    list(APPEND targets hostbill)
    if(HOSTBILL_BUILD_SANDBOX)
        list(APPEND targets hostbill_sandbox)
        set_target_properties(hostbill_sandbox PROPERTIES
            EXPORT_NAME sandbox PUBLIC_HEADER ${PROJECT_SOURCE_DIR}/sandbox/hostbill_sandbox.h)
    endif()
    set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hostbill)
    install(TARGETS ${targets} EXPORT hostbill
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    # The C++ client: headers over the C ABI.
    install(TARGETS hostbill_cpp EXPORT hostbill)
    install(DIRECTORY bindings/cpp/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
    install(EXPORT hostbill NAMESPACE hostbill:: FILE hostbill-targets.cmake DESTINATION ${package_dir})
    configure_package_config_file(cmake/hostbill-config.cmake.in ${PROJECT_BINARY_DIR}/hostbill-config.cmake
        INSTALL_DESTINATION ${package_dir})
    write_basic_package_version_file(${PROJECT_BINARY_DIR}/hostbill-config-version.cmake
        COMPATIBILITY SameMinorVersion)
    install(FILES ${PROJECT_BINARY_DIR}/hostbill-config.cmake ${PROJECT_BINARY_DIR}/hostbill-config-version.cmake
        DESTINATION ${package_dir})

    # Relative, so that the installed tree may be moved.
    file(RELATIVE_PATH prefix_from_pkgconfig /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
    configure_file(cmake/hostbill.pc.in ${PROJECT_BINARY_DIR}/hostbill.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/hostbill.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
    if(HOSTBILL_BUILD_SANDBOX)
        configure_file(cmake/hostbill-sandbox.pc.in ${PROJECT_BINARY_DIR}/hostbill-sandbox.pc @ONLY)
        install(FILES ${PROJECT_BINARY_DIR}/hostbill-sandbox.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
    endif()
endif()
if(HOSTBILL_BUILD_SANDBOX)
    install(TARGETS hostbill-sandbox RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
