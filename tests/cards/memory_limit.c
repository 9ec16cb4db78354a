// LD_PRELOAD: a Vulkan device with as much memory as asked for.
// CARD_SAYS: bytes that it says it has. CARD_GIVES: a file with the number of bytes that it gives; it is read at each
// allocation, so that another program can seem to take memory away at any time. Beyond it VK_ERROR_OUT_OF_DEVICE_MEMORY.
// cc -shared -fPIC -O1 -o memory_limit.so memory_limit.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vulkan/vulkan.h>

#define MOST 16384

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { VkDeviceMemory memory; size_t bytes; } held[MOST];
static int held_count;
static size_t held_bytes;

static PFN_vkGetInstanceProcAddr real_instance_address;
static PFN_vkGetDeviceProcAddr real_device_address;
static PFN_vkAllocateMemory real_allocate;
static PFN_vkFreeMemory real_free;
static PFN_vkGetPhysicalDeviceMemoryProperties real_properties;
static PFN_vkGetPhysicalDeviceMemoryProperties2 real_properties2;

static size_t given_bytes(void) {
    const char *name = getenv("CARD_GIVES");
    size_t bytes = (size_t)-1;
    FILE *file = name ? fopen(name, "r") : NULL;
    if (file) {
        if (fscanf(file, "%zu", &bytes) != 1) bytes = (size_t)-1;
        fclose(file);
    }
    return bytes;
}

static VkResult allocate(VkDevice device, const VkMemoryAllocateInfo *info, const VkAllocationCallbacks *calls,
                         VkDeviceMemory *memory) {
    VkResult result = VK_ERROR_OUT_OF_DEVICE_MEMORY;
    pthread_mutex_lock(&lock);
    if (held_count < MOST && held_bytes + info->allocationSize <= given_bytes()) {
        result = real_allocate(device, info, calls, memory);
        if (result == VK_SUCCESS) {
            held[held_count].memory = *memory;
            held[held_count++].bytes = info->allocationSize;
            held_bytes += info->allocationSize;
        }
    }
    pthread_mutex_unlock(&lock);
    return result;
}

static void release(VkDevice device, VkDeviceMemory memory, const VkAllocationCallbacks *calls) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < held_count; i++)
        if (held[i].memory == memory) {
            held_bytes -= held[i].bytes;
            held[i] = held[--held_count];
            break;
        }
    pthread_mutex_unlock(&lock);
    real_free(device, memory, calls);
}

static void say(VkPhysicalDeviceMemoryProperties *properties) {
    const char *bytes = getenv("CARD_SAYS");
    for (unsigned i = 0; bytes && i < properties->memoryHeapCount; i++)
        if (properties->memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            properties->memoryHeaps[i].size = strtoull(bytes, NULL, 10);
}

static void properties(VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties *found) {
    real_properties(device, found);
    say(found);
}

static void properties2(VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties2 *found) {
    real_properties2(device, found);
    say(&found->memoryProperties);
}

static PFN_vkVoidFunction replaced(const char *name, PFN_vkVoidFunction real);

static PFN_vkVoidFunction device_address(VkDevice device, const char *name) {
    return replaced(name, real_device_address(device, name));
}

static PFN_vkVoidFunction replaced(const char *name, PFN_vkVoidFunction real) {
    if (!real) return real;
#define REPLACE(vulkan, keep, own) \
    if (!strcmp(name, vulkan)) { keep = (void *)real; return (PFN_vkVoidFunction)own; }
    REPLACE("vkAllocateMemory", real_allocate, allocate)
    REPLACE("vkFreeMemory", real_free, release)
    REPLACE("vkGetPhysicalDeviceMemoryProperties", real_properties, properties)
    REPLACE("vkGetPhysicalDeviceMemoryProperties2", real_properties2, properties2)
    REPLACE("vkGetPhysicalDeviceMemoryProperties2KHR", real_properties2, properties2)
    REPLACE("vkGetDeviceProcAddr", real_device_address, device_address)
    return real;
}

PFN_vkVoidFunction vkGetInstanceProcAddr(VkInstance instance, const char *name) {
    if (!real_instance_address)
        real_instance_address = (PFN_vkGetInstanceProcAddr)dlsym(RTLD_NEXT, "vkGetInstanceProcAddr");
    if (!real_instance_address)
        real_instance_address =
            (PFN_vkGetInstanceProcAddr)dlsym(dlopen("libvulkan.so.1", RTLD_NOW), "vkGetInstanceProcAddr");
    return replaced(name, real_instance_address(instance, name));
}
