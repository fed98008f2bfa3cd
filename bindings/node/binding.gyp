{
    "targets": [
        {
            "target_name": "hostbill_native",
            "sources": ["native/hostbill_native_wrap.cpp"],
            "include_dirs": [
                "native",
                "<!(node -p \"require('node-addon-api').include_dir\")",
                "<!(node native/where.js include)"
            ],
            "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_CPP_EXCEPTIONS"],
            "cflags!": ["-fno-exceptions"],
            "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
            "cflags_cc": ["-std=c++17", "-fexceptions", "-fvisibility=hidden", "-fvisibility-inlines-hidden"],
            "ldflags": ["-Wl,--version-script=<(module_root_dir)/native/hostbill_native.map"],
            "libraries": ["<!@(node native/where.js libraries)"]
        },
        {
            "target_name": "curl_first",
            "sources": ["native/curl_first.c"],
            "defines": ["NAPI_VERSION=8"],
            "cflags": ["-fvisibility=hidden"],
            "ldflags": ["-Wl,--version-script=<(module_root_dir)/native/hostbill_native.map"],
            "libraries": ["-ldl"]
        }
    ]
}
