#!/bin/sh
# llama.cpp for a graphics card: `make run GPU=vulkan`, cuda, hip, or metal.
#
#   sh packaging/gpu-build.sh KIND check PYTHON     what it takes to build it is looked for, unless it is there already;
#                                                   what is missing is said in one line
#   sh packaging/gpu-build.sh KIND build PYTHON     built and installed for PYTHON, unless it is there already
#
# SDK=folder (Vulkan): headers and glslc that lie elsewhere, as packaging/package/vulkan_tools.sh puts them.
set -eu

kind=$1 job=$2
NEEDED_HEADERS=261   # 1.3.261 is the first with VK_EXT_layer_settings, which ggml-vulkan.cpp uses
SDK=${SDK:-} SYSTEM=${SYSTEM:-/usr}

stop() {   # what is wrong, and the one line to run
    echo "$1"
    [ -z "${2:-}" ] || echo "    $2"
    exit 1
}

if [ -n "$SDK" ]; then   # the compiler is started in another folder
    SDK=$(cd "$SDK" 2>/dev/null && pwd) || stop "The folder that SDK names is not there."
    PATH="$SDK/bin:$PATH"
fi

has() { command -v "$1" >/dev/null 2>&1; }

header_version() {   # 1.3.N: N; nothing where there are no headers
    for folder in ${SDK:+"$SDK/include"} "$SYSTEM/include" "$SYSTEM/local/include"; do
        [ -f "$folder/vulkan/vulkan_core.h" ] || continue
        sed -n 's/^#define VK_HEADER_VERSION \([0-9]*\)$/\1/p; s/^#define VK_HEADER_VERSION_COMPLETE .*(0, 1, \([0-9]*\),.*/minor \1/p' \
            "$folder/vulkan/vulkan_core.h"
        return
    done
}

offered_headers() {   # 1.3.N: the N that the distribution has to offer
    has apt-cache || return 0
    apt-cache policy libvulkan-dev 2>/dev/null | sed -n 's/^ *Candidate: 1\.3\.\([0-9]*\).*/\1/p'
}

check_vulkan() {
    install="Install them: sudo apt-get install -y glslc libvulkan-dev spirv-headers"
    has apt-get || install="Install the Vulkan SDK: https://vulkan.lunarg.com"
    newer="sh packaging/package/vulkan_tools.sh build/vulkan && make run GPU=vulkan SDK=build/vulkan"
    [ -f "$SYSTEM/share/keyrings/debian-archive-keyring.gpg" ] || ! has apt-get \
        || newer="sudo apt-get install -y debian-archive-keyring && $newer"
    offered=$(offered_headers)
    [ "${offered:-$NEEDED_HEADERS}" -ge "$NEEDED_HEADERS" ] || install="Newer ones than this system has: $newer"
    has glslc || stop "glslc, which compiles llama.cpp's programs for the card, is missing." "$install"
    found=$(header_version)
    [ -n "$found" ] || stop "The headers of Vulkan are missing." "$install"
    number=$(echo "$found" | sed -n '/^[0-9]/p') minor=$(echo "$found" | sed -n 's/^minor //p')
    if [ "${minor:-3}" -lt 4 ] && [ "$number" -lt "$NEEDED_HEADERS" ]; then
        stop "The headers of Vulkan are too old for llama.cpp (1.$minor.$number, and it takes 1.3.$NEEDED_HEADERS)." \
            "$newer"
    fi
}

is_built() {   # for the Python that is given
    version=$(sed -n 's/^ *"llama-cpp-python==\([0-9.]*\)".*/\1/p' "$(dirname "$0")/../pyproject.toml")
    has "$1" && "$1" "$(dirname "$0")/has_backend.py" "$kind" "$version"
}

check() {
    ! is_built "$1" || return 0
    case $kind in
        vulkan) check_vulkan ;;
        cuda) has nvcc || [ -x $SYSTEM/local/cuda/bin/nvcc ] \
            || stop "nvcc of NVIDIA's CUDA toolkit is missing." "Install it: https://developer.nvidia.com/cuda-downloads" ;;
        hip) has hipconfig || stop "hipconfig of AMD's ROCm is missing." "Install it: https://rocm.docs.amd.com" ;;
        metal) [ "$(uname)" = Darwin ] || stop "Metal is there on a Mac alone. For other cards: make run GPU=vulkan" ;;
        *) stop "GPU=$kind is not known. It may be vulkan, cuda, hip, or metal." ;;
    esac
    has c++ || stop "A C++ compiler is missing." "make run says how to get it."
}

build() {
    python=$1
    if is_built "$python"; then return; fi
    echo "Compiling llama.cpp for $kind: ten minutes or more, once."
    [ ! -d $SYSTEM/local/cuda/bin ] || PATH="$PATH:$SYSTEM/local/cuda/bin"
    if [ -n "$SDK" ]; then
        export VULKAN_SDK="$SDK" CPATH="$SDK/include${CPATH:+:$CPATH}"
    fi
    option=$(echo "$kind" | tr '[:lower:]' '[:upper:]')
    CMAKE_ARGS="-DGGML_$option=on" "$python" -m pip --disable-pip-version-check install --quiet --force-reinstall --no-deps \
        --no-binary llama-cpp-python --no-cache-dir "llama-cpp-python==$version" \
        || stop "llama.cpp could not be built for $kind; the compiler's words are above. Without a card: make run"
}

case $job in
    check) check "${3:-}" ;;
    build) build "$3" ;;
esac
