namespace Floodwall.Pipeline;

/// <summary>What an intent asks for.</summary>
public enum IntentAction : byte
{
    /// <summary>Create or change a resource to the state that a manifest digest names.</summary>
    Apply = 0,

    /// <summary>Set a resource's number of replicas.</summary>
    Scale = 1,

    /// <summary>Remove a resource.</summary>
    Destroy = 2,
}

/// <summary>How urgent an intent is; the higher value leaves the queue first.</summary>
public enum Priority : byte
{
    /// <summary>Background work.</summary>
    Bulk = 0,

    /// <summary>Everyday work.</summary>
    Normal = 1,

    /// <summary>Work that others wait for.</summary>
    Urgent = 2,

    /// <summary>Work that a person was woken up for.</summary>
    Pager = 3,
}

/// <summary>How much can break when an intent goes wrong; the higher value is the wider radius.</summary>
public enum BlastRadius : byte
{
    /// <summary>One instance of a service.</summary>
    Cell = 0,

    /// <summary>One service.</summary>
    Service = 1,

    /// <summary>Many services that share a cluster, network or account.</summary>
    Region = 2,

    /// <summary>Everything.</summary>
    Global = 3,
}
