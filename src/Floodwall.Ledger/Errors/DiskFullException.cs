namespace Floodwall.Ledger;

/// <summary>A file could not be given the space it needs: the disk or a quota is full.</summary>
public sealed class DiskFullException : IOException
{
    /// <summary>An unspecific full disk.</summary>
    public DiskFullException()
        : base("the disk is full")
    {
    }

    /// <summary>A full disk; <paramref name="message"/> names the file.</summary>
    public DiskFullException(string message)
        : base(message)
    {
    }

    /// <summary>A full disk found while handling another failure.</summary>
    public DiskFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A full disk with the system's error number.</summary>
    public DiskFullException(string message, int error)
        : base(message, error)
    {
    }
}
