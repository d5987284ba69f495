# One image: the service by default, a worker alone by another entry point.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/JobService.Api --configuration Release --output /app/api \
 && dotnet publish src/JobService.Worker --configuration Release --output /app/worker

# Chiseled: no shell, no package manager; "extra" has the time zones that schedules need.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
WORKDIR /app
COPY --from=build /app .
USER 1654
ENV ASPNETCORE_ENVIRONMENT=Production \
    DOTNET_ENVIRONMENT=Production \
    DOTNET_EnableDiagnostics=0 \
    ASPNETCORE_URLS=http://0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["dotnet", "/app/api/JobService.Api.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "/app/api/JobService.Api.dll"]
