#!/bin/sh
# usage: build_llama.sh WORK WHEELS PYTHON
# llama.cpp for every processor: each variant is a library of its own, and ggml takes the best one that runs here. The
# wheel's own CMake builds the variants and leaves them out: the lines that are added install them. The backend for graphics
# cards is one more library, made with Vulkan's headers (1.3.275 or newer) and glslc: of the folder VULKAN_SDK, as
# vulkan_tools.sh or Vulkan's SDK makes one, or else the system's.
set -eu
work=$1 wheels=$2 python=$3
version=$(sed -n 's/^ *"llama-cpp-python==\([0-9.]*\)".*/\1/p' "$(dirname "$0")/../../pyproject.toml")

mkdir -p "$work" "$wheels"
"$python" -m pip download --quiet --no-deps --no-binary llama-cpp-python "llama-cpp-python==$version" -d "$work"
source=$work/llama_cpp_python-$version
rm -rf "$source"
tar xzf "$source.tar.gz" -C "$work"
variants=$(sed -n 's/^ *ggml_add_cpu_backend_variant(\([a-z0-9_.]*\).*/ggml-cpu-\1/p' "$source/vendor/llama.cpp/ggml/src/CMakeLists.txt")
{
    echo "foreach(variant IN ITEMS $(echo $variants))"
    echo '    llama_cpp_python_install_target(${variant})'
    echo "endforeach()"
    echo "llama_cpp_python_install_target(ggml-vulkan)"
} >> "$source/CMakeLists.txt"
# No folder of the builder's stays in the libraries as a place to look for others.
sed -i 's/CMAKE_INSTALL_RPATH_USE_LINK_PATH TRUE/CMAKE_INSTALL_RPATH_USE_LINK_PATH FALSE/' "$source/CMakeLists.txt"

options="-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON"
if [ -n "${VULKAN_SDK:-}" ]; then
    export PATH="$VULKAN_SDK/bin:$PATH" CPATH="$VULKAN_SDK/include" CMAKE_PREFIX_PATH="$VULKAN_SDK"
fi
if command -v glslc >/dev/null && printf '#include <vulkan/vulkan.h>\n#if VK_HEADER_VERSION < 275\n#error old\n#endif\n' | cc -E - >/dev/null 2>&1; then
    options="$options -DGGML_VULKAN=ON"
else
    echo "glslc, or Vulkan's headers 1.3.275 or newer, are missing (package/vulkan_tools.sh fetches them)."
    exit 1
fi
# Without the macro llama.cpp leaves AMX alone (Makefile says why). The prefix map keeps the builder's folders out.
export CFLAGS="-U__AMX_INT8__ -ffile-prefix-map=$work=." CXXFLAGS="-U__AMX_INT8__ -ffile-prefix-map=$work=." CMAKE_ARGS="$options"
"$python" -m pip wheel --quiet --no-deps --no-cache-dir --config-settings=build-dir="$work/build" "$source" -w "$wheels"
