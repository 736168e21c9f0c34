namespace Floodwall.Policy.Cel;

/// <summary>What a name or call was found to mean.</summary>
public abstract record CelReference;

/// <summary>A variable of the environment. A <see cref="SelectExpr"/> that has one is its qualified name, and selects nothing.</summary>
/// <param name="Variable">The variable; its name is the full one.</param>
public sealed record CelVariableReference(CelVariable Variable) : CelReference;

/// <summary>The variable of a macro around the name.</summary>
/// <param name="Macro">The macro that binds it.</param>
/// <param name="Name">Its name.</param>
public sealed record CelLocalReference(MacroExpr Macro, string Name) : CelReference;

/// <summary>A declared field of an object, or of the object in an optional value.</summary>
/// <param name="Declaration">The object.</param>
/// <param name="Field">The field.</param>
public sealed record CelFieldReference(CelStruct Declaration, CelFieldDeclaration Field) : CelReference;

/// <summary>A function.</summary>
/// <param name="Function">The function; its name is the full one.</param>
/// <param name="Overloads">The overloads that fit: one where the arguments' types are known, else those left to the run time.</param>
/// <param name="IsQualified">
/// Whether the call's <see cref="CallExpr.Target"/> is part of the function's name, as in <c>optional.of(1)</c>: it has no value.
/// </param>
public sealed record CelFunctionReference(
    CelFunctionDeclaration Function, IReadOnlyList<CelOverload> Overloads, bool IsQualified) : CelReference;
