using System.Runtime.InteropServices;

namespace Floodwall.Ledger.Native;

/// <summary>Single operations on Linux files, each checked; descriptors never outlive the call unless it returns one.</summary>
internal static unsafe class LinuxFile
{
    /// <summary>Opens a file; throws what .NET would for one that is absent or forbidden.</summary>
    public static int Open(string path, int flags, int mode, string call)
    {
        byte* name = EncodePath(path);
        try
        {
            int descriptor = Retry(name, flags | Libc.OpenCloseOnExec, mode);
            return descriptor >= 0 ? descriptor : throw NativeFailure.Last(call, path);
        }
        finally
        {
            NativeMemory.Free(name);
        }
    }

    /// <summary>Opens again after a signal; the path is zero-terminated UTF-8.</summary>
    public static int Retry(byte* path, int flags, int mode)
    {
        int descriptor;
        do
        {
            descriptor = Libc.Open(path, flags, mode);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Libc.ErrorInterrupted);
        return descriptor;
    }

    /// <summary>The path as zero-terminated UTF-8 in native memory; the caller frees it.</summary>
    public static byte* EncodePath(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("a path holds no NUL character", nameof(path));
        }

        int length = System.Text.Encoding.UTF8.GetByteCount(path);
        byte* bytes = (byte*)NativeMemory.Alloc((nuint)length + 1);
        System.Text.Encoding.UTF8.GetBytes(path, new Span<byte>(bytes, length));
        bytes[length] = 0;
        return bytes;
    }

    /// <summary>Writes all of <paramref name="data"/> at the descriptor's position; false leaves the reason in errno.</summary>
    public static bool TryWriteAll(int descriptor, ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            int done = 0;
            while (done < data.Length)
            {
                nint written = Libc.Write(descriptor, start + done, data.Length - done);
                if (written > 0)
                {
                    done += (int)written;
                }
                else if (written == 0 || Marshal.GetLastPInvokeError() != Libc.ErrorInterrupted)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Takes the kernel's exclusive lock, which belongs to the open file and so dies with the process.</summary>
    /// <remarks>.NET's own <c>FileShare.None</c> can be switched off by an environment variable; a writer's lock must not be.</remarks>
    public static LinuxFileLock? TryLock(string path)
    {
        int descriptor = Open(path, Libc.OpenReadWrite | Libc.OpenCreate, Libc.ModeShared, "open");
        int result;
        do
        {
            result = Libc.FLock(descriptor, Libc.LockExclusive | Libc.LockNonBlocking);
        }
        while (result != 0 && Marshal.GetLastPInvokeError() == Libc.ErrorInterrupted);

        if (result == 0)
        {
            return new LinuxFileLock(descriptor);
        }

        int error = Marshal.GetLastPInvokeError();
        _ = Libc.Close(descriptor);
        return error == Libc.ErrorWouldBlock ? null : throw NativeFailure.From(error, "flock", path);
    }

    public static void Trim(string path, int length)
    {
        int descriptor = Open(path, Libc.OpenReadWrite, 0, "open");
        try
        {
            if (Libc.FTruncate(descriptor, length) != 0)
            {
                throw NativeFailure.Last("ftruncate", path);
            }

            Sync(descriptor, path);
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    public static void Rename(string from, string to)
    {
        byte* old = EncodePath(from), name = EncodePath(to);
        try
        {
            if (Libc.Rename(old, name) != 0)
            {
                throw Marshal.GetLastPInvokeError() == Libc.ErrorNotFound && !File.Exists(from)
                    ? new FileNotFoundException($"{from}: no such file", from)
                    : NativeFailure.Last($"rename to {to}", from);
            }
        }
        finally
        {
            NativeMemory.Free(old);
            NativeMemory.Free(name);
        }
    }

    /// <summary>Whether an open file is one that has a single name, and is not longer than so many bytes; false also where that cannot be told.</summary>
    public static bool IsSoleName(int descriptor, int mostBytes)
    {
        const uint Asked = Libc.StatType | Libc.StatLinks | Libc.StatSize;
        const uint TypeBits = 0xF000, RegularFile = 0x8000;
        uint* answer = stackalloc uint[Libc.StatBytes / sizeof(uint)];
        byte noPath = 0;
        try
        {
            // statx(2): stx_mask, stx_nlink (byte 16), stx_mode (28), stx_size (40).
            return Libc.StatX(descriptor, &noPath, Libc.StatEmptyPath, Asked, answer) == 0
                && (answer[0] & Asked) == Asked
                && answer[4] == 1
                && (*(ushort*)(answer + 7) & TypeBits) == RegularFile
                && *(ulong*)(answer + 10) <= (ulong)mostBytes;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library before 2018.
            return false;
        }
    }

    public static void SyncFolder(string path)
    {
        int descriptor = Open(path, Libc.OpenReadOnly, 0, "open folder");
        try
        {
            Sync(descriptor, path);
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    /// <summary>Returns once everything written to the file system that holds a folder is on disk (errors are reported from Linux 5.8 on).</summary>
    public static void SyncFileSystem(string folder)
    {
        int descriptor = Open(folder, Libc.OpenReadOnly, 0, "open folder");
        try
        {
            if (Libc.SyncFs(descriptor) != 0)
            {
                throw NativeFailure.Last("syncfs", folder);
            }
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    /// <summary>fsync; never tried again after a failure, as the kernel reports a lost write only once.</summary>
    public static void Sync(int descriptor, string path)
    {
        if (Libc.FSync(descriptor) != 0)
        {
            throw NativeFailure.Last("fsync", path);
        }
    }
}
