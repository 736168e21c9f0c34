using System.Reflection;
using System.Runtime.CompilerServices;

namespace Floodwall.Disruptor.Tests.Api;

/// <summary>One line per public type and member of an assembly, in a fixed order.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly)
    {
        foreach (Type type in assembly.GetExportedTypes().OrderBy(Name, StringComparer.Ordinal))
        {
            yield return $"{Kind(type)} {Name(type)}{Bases(type)}";
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
            {
                yield return "  " + member;
            }
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        IEnumerable<Type> bases = type.GetInterfaces().OrderBy(Name, StringComparer.Ordinal);
        if (type.BaseType is { } baseType && baseType != typeof(object) && !type.IsValueType)
        {
            bases = bases.Prepend(baseType);
        }

        string text = type.IsEnum ? string.Empty : string.Join(", ", bases.Select(Name));
        return text.Length == 0 ? string.Empty : " : " + text;
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(IsVisible))
        {
            yield return $".ctor({Parameters(constructor)})";
        }

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName))
        {
            yield return (field.IsLiteral ? "const " : field.IsStatic ? "static " : string.Empty)
                + $"{Name(field.FieldType)} {field.Name}" + (field.IsLiteral ? $" = {field.GetRawConstantValue()}" : string.Empty);
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];
            if (accessors.Length > 0)
            {
                string index = property.GetIndexParameters().Length == 0 ? property.Name : $"this[{Parameters(property.GetIndexParameters())}]";
                string verbs = string.Concat(accessors.Select(accessor => accessor.ReturnType == typeof(void) ? " set;" : " get;").Order());
                yield return $"{Name(property.PropertyType)} {index} {{{verbs} }}" + Default(type, accessors[0]);
            }
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => IsVisible(method) && !IsAccessor(method)))
        {
            yield return (method.IsStatic ? "static " : string.Empty)
                + $"{Name(method.ReturnType)} {method.Name}({Parameters(method)})" + Default(type, method);
        }
    }

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Default(Type type, MethodInfo method) => type.IsInterface && !method.IsAbstract ? " (default)" : string.Empty;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Parameters(MethodBase method) => Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : string.Empty)
        + (parameter.IsOut ? "out " : string.Empty)
        + (parameter.IsOut ? Name(parameter.ParameterType.GetElementType()!) : Name(parameter.ParameterType))
        + " " + parameter.Name
        + (parameter.HasDefaultValue ? $" = {parameter.DefaultValue}" : string.Empty)));

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return "ref " + Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        string plain = type.Name.Split('`')[0];
        if (type.IsNested)
        {
            return Name(type.DeclaringType!) + "." + plain;
        }

        string arguments = type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : string.Empty;
        string space = type.Namespace is "Disruptor" or "Disruptor.Dsl" ? type.Namespace + "." : string.Empty;
        return space + plain + arguments;
    }
}
