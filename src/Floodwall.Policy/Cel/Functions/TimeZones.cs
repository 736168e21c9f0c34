namespace Floodwall.Policy.Cel;

/// <summary>Time zones by name (langdef.md, "Timezones"). Named zones come from the machine's copy of the IANA database.</summary>
internal static class TimeZones
{
    private const int MaxNameLength = 64;

    /// <summary>Seconds east of UTC at an instant; false where there is no such zone.</summary>
    public static bool TryGetOffset(string name, long seconds, out long offset)
    {
        offset = 0;
        if (name is "UTC" or "")
        {
            return name.Length > 0;
        }

        // timestamps.textproto (getHours) has an offset without its sign.
        if (char.IsAsciiDigit(name[0]) ? TimestampText.TryOffset("+" + name, out int minutes) : TimestampText.TryOffset(name, out minutes))
        {
            offset = minutes * 60L;
            return true;
        }

        if (!IsName(name) || !TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone))
        {
            return false;
        }

        offset = (long)zone.GetUtcOffset(DateTime.UnixEpoch.AddSeconds(seconds)).TotalSeconds;
        return true;
    }

    // The platform looks names up as paths below the database's folder.
    private static bool IsName(string name) => name.Length <= MaxNameLength && char.IsAsciiLetter(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
}
