namespace Floodwall.Policy.Cel;

/// <summary>
/// A date and time of day in the proleptic Gregorian calendar. Counted here, and not by the platform's types, because an offset can move
/// the first and last instants out of the years 1 to 9999.
/// </summary>
/// <param name="Year">The year; 0 and 10000 can occur.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">From 1.</param>
/// <param name="DayOfYear">From 0.</param>
/// <param name="DayOfWeek">From 0, Sunday.</param>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="Second">0 to 59.</param>
internal readonly record struct CivilTime(long Year, int Month, int Day, int DayOfYear, int DayOfWeek, int Hour, int Minute, int Second)
{
    public const long SecondsPerDay = 86_400;

    private const long DaysPer400Years = 146_097;

    /// <summary>What a clock shows this many seconds behind 1970-01-01T00:00:00.</summary>
    public static CivilTime At(long seconds)
    {
        long days = Math.DivRem(seconds, SecondsPerDay, out long inDay);
        if (inDay < 0)
        {
            days--;
            inDay += SecondsPerDay;
        }

        // An estimate of the year from below, at most one short.
        long year = 1970 + (long)Math.Floor((days - 1) * 400.0 / DaysPer400Years) - 1;
        while (DaysFromEpoch(year + 1, 1, 1) <= days)
        {
            year++;
        }

        int dayOfYear = (int)(days - DaysFromEpoch(year, 1, 1));
        int month = 1;
        int day = dayOfYear;
        while (day >= DaysInMonth(year, month))
        {
            day -= DaysInMonth(year, month++);
        }

        // 1970-01-01 was a Thursday.
        int dayOfWeek = (int)(((days % 7) + 7 + 4) % 7);
        return new CivilTime(year, month, day + 1, dayOfYear, dayOfWeek, (int)(inDay / 3600), (int)(inDay / 60 % 60), (int)(inDay % 60));
    }

    /// <summary>Days from 1970-01-01 to a date.</summary>
    public static long DaysFromEpoch(long year, int month, int day)
    {
        // 400 years back, so that years from 0 on divide without remainders below zero.
        long before = year + 399;
        long days = (before * 365) + (before / 4) - (before / 100) + (before / 400);
        for (int m = 1; m < month; m++)
        {
            days += DaysInMonth(year, m);
        }

        const long Epoch = (2369 * 365) + (2369 / 4) - (2369 / 100) + (2369 / 400);
        return days + day - 1 - Epoch;
    }

    /// <summary>How many days a month has.</summary>
    public static int DaysInMonth(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };
}
