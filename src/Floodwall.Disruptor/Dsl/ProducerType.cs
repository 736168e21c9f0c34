namespace Disruptor.Dsl;

/// <summary>Who publishes into a ring.</summary>
public enum ProducerType
{
    /// <summary>One thread at a time: claiming costs no atomic operation. Not checked.</summary>
    Single,

    /// <summary>Any number of threads.</summary>
    Multi,
}
